#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::htaccess_file_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Nothing keeps strangers from asking for files whose name begins with `.ht` in a served folder: no
`<Files>` or `<FilesMatch>` that denies, no redirect, no rewrite rule. Whether such files exist today is
not asked. A name of your own in `AccessFileName` is looked for too.
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
#^ top
```
```apache fixed
DocumentRoot /srv/shop
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
```
```apache bad
#: dir /srv/shop
#: dir /srv/docs
DocumentRoot /srv/shop
#^ top
Alias /docs /srv/docs
<Directory /srv/shop>
    <Files ".ht*">
        Require all denied
    </Files>
</Directory>
```
```apache fixed
DocumentRoot /srv/shop
Alias /docs /srv/docs
<Directory /srv/shop>
    <Files ".ht*">
        Require all denied
    </Files>
</Directory>
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
```
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
```
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
RedirectMatch 404 "/\."
```

## Why it matters
A `.htaccess` file tells which address ranges, which rewrite tokens and which files are of interest; a
`.htpasswd` beside it holds what is needed to guess passwords at leisure.

## When to ignore it
Where no served folder will ever hold such a file, and nobody but you can put one there.

## How to fix it
Deny the names once, in the main server. It holds in every virtual host.
)md";

// The names that are asked for in each tree.
std::vector<std::string> names_of_interest(const conf::Server& server) {
  std::vector<std::string> names = {".htaccess", ".htpasswd"};
  if (const conf::Directive* d = server.last("AccessFileName")) {
    if (d->arg(0) != ".htaccess") names.emplace_back(d->arg(0));
  }
  return names;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const DirectorySections index(snapshot);
  std::vector<std::pair<const ServedTree*, std::string>> open;
  const ServedTrees& trees = served_trees(snapshot);
  for (const ServedTree& tree : trees.trees) {
    if (path_state(snapshot, tree.path) == PathState::absent) continue;
    for (const std::string& name : names_of_interest(*tree.server)) {
      const std::string path = absolute_path(tree.path, name);
      const Reach reach = reach_of(snapshot, {tree.server, path, url_of(tree, path)}, &index);
      if (reach.kind == Reach::Kind::uncertain) {
        report.not_checked(fmt::format("whether {} would be handed out", path), reach.reason);
      }
      if (reach.kind != Reach::Kind::served) continue;
      open.emplace_back(&tree, name);
      break;
    }
  }
  if (open.empty()) return;
  const ServedTree& first = *open.front().first;
  const std::string url = url_of(first, absolute_path(first.path, open.front().second));
  Draft draft = report.find_missing(
      fmt::format("nothing keeps strangers from {} in {}{}", open.front().second, first.path,
                  open.size() == 1 ? "" : fmt::format(" and {} other folders", open.size() - 1)));
  for (const auto& [tree, name] : open) {
    draft.evidence(*tree->directive, fmt::format("serves {}", tree->path));
    if (draft.finding().evidence.size() == 5) break;
  }
  draft.server(*first.server)
      .example(url)
      .fix("deny files that begin with .ht", FixRisk::safe)
      .append_to_main_file("<FilesMatch \"^\\.ht\">\n    Require all denied\n</FilesMatch>");
}

}  // namespace

extern const Rule kRule{
    .id = "htaccess-file-served",
    .severity = Severity::medium,
    .title = "Files with access rules and passwords can be downloaded",
    .references = {"CIS 5.10", "CWE-538"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::htaccess_file_served
