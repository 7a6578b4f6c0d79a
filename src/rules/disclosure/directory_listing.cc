#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::directory_listing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A served folder has no index file and `Options Indexes` holds there: who asks for the folder gets a list
of what is in it. Real folders are looked for; the option alone, with an index file everywhere, is not
reported. One folder is named for each line that allows it.

```apache bad
#: dir /srv/shop
#: file /srv/shop/index.html
#: file /srv/shop/upload/invoice.pdf
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options Indexes FollowSymLinks
    #       ^~~~~~~
    Require all granted
</Directory>
```
```apache bad
#: file /srv/files/a.txt
#: dir /srv/www
DocumentRoot /srv/www
Alias /files /srv/files
<Directory /srv/files>
    Options +Indexes
    #       ^~~~~~~~
</Directory>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/index.html
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options Indexes FollowSymLinks
    Require all granted
</Directory>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/upload/invoice.pdf
DocumentRoot /srv/shop
<Directory /srv>
    Options Indexes FollowSymLinks
</Directory>
<Directory /srv/shop>
    Options -Indexes
</Directory>
```
```apache good
#: without autoindex_module
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options Indexes
</Directory>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/a.txt
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options Indexes
    Require all denied
</Directory>
```

## Why it matters
The list shows what no page links to: uploads of others, backups, old versions. Whoever looks for
something to break reads it first.

## When to ignore it
For a folder that is meant to be browsed, such as downloads: then say so with a remark above the line.

## How to fix it
`Options -Indexes` for the tree (beware: a line without signs replaces the ones above it), and `+Indexes`
only where listing is wanted.
)md";

using conf::Directive;

struct Option {
  const Directive* directive = nullptr;  // null: Indexes does not hold
  size_t word = 0;
};

void apply(const Directive& d, Option& option) {
  for (size_t i = 0; i < d.words.size(); ++i) {
    std::string_view word = d.arg(i);
    const bool sign = word.starts_with('+') || word.starts_with('-');
    const bool off = word.starts_with('-');
    if (!sign && i == 0) option = {};
    if (sign) word.remove_prefix(1);
    if (!equals_ignoring_case(word, "Indexes") && !equals_ignoring_case(word, "All")) continue;
    option = off ? Option{} : Option{&d, i};
  }
}

Option indexes_of(const AppliedSections& applied, const conf::Server& server) {
  Option option;
  for (const Directive* d : server.main->own("Options")) apply(*d, option);
  if (!server.is_main()) {
    for (const Directive* d : server.own("Options")) apply(*d, option);
  }
  for (const Directive* section : applied.sections) {
    for (const Directive& d : children_of(*section)) {
      if (d.is("Options")) apply(d, option);
    }
  }
  return option;
}

// The last DirectoryIndex that holds; index.html where there is none.
std::vector<std::string_view> index_names(const AppliedSections& applied,
                                          const conf::Server& server) {
  const Directive* names = server.last("DirectoryIndex");
  for (const Directive* section : applied.sections) {
    for (const Directive& d : children_of(*section)) {
      if (d.is("DirectoryIndex")) names = &d;
    }
  }
  std::vector<std::string_view> result;
  if (names == nullptr) return {"index.html"};
  for (size_t i = 0; i < names->words.size(); ++i) result.push_back(names->arg(i));
  return result;
}

bool has_index(const Snapshot& snapshot, std::string_view folder,
               const std::vector<std::string_view>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    // A name with a slash is a URL: some program that answers for every folder.
    return name.starts_with('/') ||
           path_state(snapshot, absolute_path(folder, name)) == PathState::present;
  });
}

void judge(const Snapshot& snapshot, Reporter& report, std::string_view folder,
           const ServedTree& tree, std::set<const Directive*>& reported) {
  const conf::Server& server = *tree.server;
  std::string url = url_of(tree, folder);
  if (!url.ends_with('/')) url += '/';
  const RequestedFile file{&server, fmt::format("{}/listing", folder), url};
  const AppliedSections applied = applied_sections(snapshot, file);
  const Option option = indexes_of(applied, server);
  if (option.directive == nullptr || reported.contains(option.directive)) return;
  if (server.last("FallbackResource") != nullptr) return;
  if (has_index(snapshot, folder, index_names(applied, server))) return;
  const Reach reach = reach_of(snapshot, file);
  if (reach.kind == Reach::Kind::uncertain) {
    report.not_checked(fmt::format("whether {} is listed", folder), reach.reason,
                       fmt::format("ask the server for {}", url));
  }
  if (reach.kind != Reach::Kind::served) return;
  reported.insert(option.directive);
  report
      .find(*option.directive, option.word,
            fmt::format("{} is listed to everybody as {}", folder, url))
      .evidence(*tree.directive, fmt::format("serves {}", tree.path))
      .about("listing")
      .example(url)
      .fix("take Indexes away where listing is not wanted", FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  constexpr size_t kMostFolders = 5000;
  if (!snapshot.config.has_module("autoindex_module")) return;
  if (!snapshot.coverage.files) {
    report.not_checked("folders without an index file", "the files were not collected",
                       "run on the server itself");
    return;
  }
  const ServedTrees& trees = served_trees(snapshot);
  std::set<const Directive*> reported;
  size_t looked_at = 0;
  for (const ServedTree& tree : trees.trees) {
    if (path_state(snapshot, tree.path) != PathState::present) continue;
    judge(snapshot, report, tree.path, tree, reported);
  }
  for (const ServedPath& served : served_paths(snapshot, trees)) {
    if (served.facts->status.type != FileType::directory) continue;
    if (++looked_at > kMostFolders) {
      report.not_checked("all served folders for listings", "there are more than 5000 of them");
      return;
    }
    judge(snapshot, report, served.path, *served.tree, reported);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "directory-listing",
    .severity = Severity::low,
    .certainty = Certainty::file_system,
    .title = "Visitors get a list of what is in a folder",
    .references = {"CIS 5.2", "STIG AS24-U2-000620", "CWE-548"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::directory_listing
