#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/captures.h"
#include "rules/support/rewriting.h"

namespace stockade::rules::captured_path_concatenated {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
An `AliasMatch`, `ScriptAliasMatch` or server-wide `RewriteRule` takes the rest of a URL in a group that
may begin with anything, and appends it to a path: either right after a name, or after a slash although
the group begins in the middle of a name, so that it may begin with `..`.

```apache bad
AliasMatch "^/img(.*)$" "/srv/img$1"
#                       ^
```
```apache bad
ScriptAliasMatch "^/run(.*)$" "/srv/cgi/$1"
#                             ^
RewriteEngine on
RewriteRule "^/static(.*)$" "/srv/static/$1"
#                           ^
```
```apache good
AliasMatch "^/img(/.*)?$" "/srv/img$1"
AliasMatch "^/static/(.*)$" "/srv/static/$1"
RewriteEngine on
RewriteRule "^/shop/(.*)$" "/srv/shop/$1"
RewriteRule "^(.*)$" "/srv/www$1"
```
A group that takes neither dots nor slashes leads nowhere else, and with `[PT]` the result is a URL that
httpd cleans first:
```apache good
AliasMatch "^/year([0-9]+)$" "/srv/years/$1"
RewriteEngine on
RewriteRule "^/old(.*)$" "/new/$1" [PT]
```

## Why it matters
With the first example `/img_secret/x` is `/srv/img_secret/x`. With the second `/run../shop/x` is
`/srv/cgi/../shop/x`: the URL has no `..` segment of its own, so nothing removes it, and every folder
below `/srv` that a `<Directory>` lets through is open.

## When to ignore it
Where the folders above and beside the target hold nothing that is not public, now and later.

## How to fix it
Put the slash into the pattern: `"^/img(/.*)?$"` with `"/srv/img$1"`, or use `Alias`.
)md";

bool is_path_rule(const conf::Directive& d) {
  if (d.words.size() < 2 || !d.arg(1).starts_with('/')) return false;
  if (!d.is("RewriteRule")) return true;
  return !proxies(d) && !redirects(d) && !forbids(d) && !has_flag(d, "PT", "passthrough");
}

// The first reference of the path; nothing where there is none or it is no group of the pattern.
const Group* appended_group(const conf::Directive& d, const std::vector<Group>& groups,
                            const std::vector<Reference>& references) {
  if (references.empty() || references.front().kind != Reference::Kind::group) return nullptr;
  const size_t number = references.front().number;
  (void)d;
  return number == 0 || number > groups.size() ? nullptr : &groups[number - 1];
}

bool behind_slash(std::string_view pattern, const Group& group) {
  const std::string_view before = pattern.substr(0, group.begin);
  // At the very start of a server's URL stands its slash.
  return before.empty() || before == "^" || before.ends_with('/') || before.ends_with("/+") ||
         before.ends_with("/?") || before.ends_with('|');
}

// What a request could append, or nothing where the path stays inside.
std::string_view escape_of(const conf::Directive& d) {
  const std::string_view target = d.arg(1).substr(0, d.arg(1).find('?'));
  const auto groups = groups_of(d.arg(0));
  const auto references = references_in(target);
  const Group* group = appended_group(d, groups, references);
  if (group == nullptr || references.front().end != target.size()) return {};
  const std::string_view before = d.arg(0).substr(0, group->begin);
  const bool at_start = before.empty() || before == "^";
  const std::string_view base = target.substr(0, references.front().begin);
  if (base == "/" || base.empty()) return {};
  if (!base.ends_with('/')) {
    // "/index.php$1" passes the rest on to a script.
    const bool is_file = base.substr(base.rfind('/')).find('.') != std::string_view::npos;
    const bool free = !at_start && !is_file && group_takes(group->text, "_secret/x");
    return free ? "_secret/x" : "";
  }
  const bool free = !behind_slash(d.arg(0), *group) && group_takes(group->text, "../x");
  return free ? "../x" : "";
}

void judge(const conf::Directive& d, Reporter& report) {
  if (!is_path_rule(d)) return;
  const std::string_view escape = escape_of(d);
  if (escape.empty()) return;
  const std::string_view target = d.arg(1);
  report
      .find(d, 1,
            fmt::format("a request can make this {}{}", target.substr(0, target.find('$')), escape))
      .fix("begin the group with a slash", FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"AliasMatch", "ScriptAliasMatch"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) judge(*d, report);
  }
  for (const RewriteScope& scope : rewrite_scopes(snapshot)) {
    if (scope.per_directory) continue;
    for (const RewriteStep& step : scope.steps) {
      if (step.conditions.empty()) judge(*step.rule, report);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "captured-path-concatenated",
    .severity = Severity::high,
    .title = "A captured piece of the URL leads out of the folder that is meant",
    .references = {"CWE-22"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::captured_path_concatenated
