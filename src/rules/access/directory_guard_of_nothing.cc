#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/authz.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::directory_guard_of_nothing {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `<Directory>` section guards a folder that does not exist, within a tree that is served: a slip of the
keyboard, a folder that was moved, or a URL of the application that never was a folder.
```apache bad
#: dir /srv/shop/admin
DocumentRoot /srv/shop
<Directory /srv/shop/Admin>
#          ^~~~~~~~~~~~~~~
    Require ip 192.0.2.0/24
</Directory>
```
```apache bad
#: file /srv/shop/public/index.php
DocumentRoot /srv/shop/public
<Directory "/srv/shop/public/api/internal">
#          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    Require all denied
</Directory>
```
```apache good
#: dir /srv/shop/admin
DocumentRoot /srv/shop
<Directory /srv/shop/admin>
    Require ip 192.0.2.0/24
</Directory>
```
Nothing is served there, so nothing is lost:
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/old>
    Require all denied
</Directory>
```
```apache good
#: dir /srv/shop
#: unknown files
#: not-checked
DocumentRoot /srv/shop
<Directory /srv/shop/admin>
    Require ip 192.0.2.0/24
</Directory>
```

## Why it matters
httpd compares the section with the folder that a request ends in. Where a front controller answers
`/api/internal`, that folder is the document root: the section is never looked at, and the page is open.

## When to ignore it
Where the folder will come into being later and is to be guarded from its first moment.

## How to fix it
Correct the path, or write `<Location>` where the URL is one of the application's own.
)md";

bool is_guard(const conf::Directive& section) {
  const auto required = required_in(section);
  const auto allowed = allowed_in(section);
  return (required && required->access != Access::granted) ||
         (allowed && allowed->access != Access::granted);
}

// A folder beside it whose name is nearly the same.
std::string near_miss(const Snapshot& snapshot, const std::string& path) {
  const std::string parent(parent_path(path));
  std::vector<std::string_view> names;
  for (const auto& [other, facts] : snapshot.paths.below(parent)) {
    const bool is_folder = facts->status.type == FileType::directory;
    if (is_folder && parent_path(other) == parent) names.push_back(file_name(other));
  }
  for (std::string_view name : names) {
    if (equals_ignoring_case(name, file_name(path))) return std::string(name);
  }
  return std::string(nearest(file_name(path), names).value_or(""));
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  for (const conf::Directive* section : snapshot.config.all_sections("Directory")) {
    if (section->words.size() != 1 || conf::has_wildcard(section->arg(0))) continue;
    const std::string path = normal_path(section->arg(0));
    const ServedTree* tree = trees.serving(path);
    if (tree == nullptr || tree->path == path || !is_guard(*section)) continue;
    const PathState state = path_state(snapshot, path);
    if (state == PathState::unknown) {
      report.not_checked(fmt::format("whether {} exists", path), "it was not looked at",
                         "run on the server itself");
    }
    if (state != PathState::absent) continue;
    if (path_state(snapshot, tree->path) != PathState::present) continue;
    const std::string other = near_miss(snapshot, path);
    Draft draft = report.find(*section, 0, fmt::format("{} does not exist", path));
    draft.evidence(*tree->directive, fmt::format("serves {}", tree->path));
    if (!other.empty()) draft.evidence(fmt::format("{}/{} exists", parent_path(path), other));
    draft.server(snapshot.servers.of(*section))
        .fix("correct the path, or guard the URL with <Location>", FixRisk::decision, "");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "directory-guard-of-nothing",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "A section guards a folder that does not exist",
    .references = {"CWE-863", "CWE-1164"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::directory_guard_of_nothing
