#include <fmt/format.h>

#include <map>
#include <string>

#include "rules/reporter.h"
#include "rules/support/handlers.h"
#include "rules/support/paths.h"
#include "rules/support/served_files.h"
#include "rules/support/served_trees.h"
#include "rules/support/workers.h"

namespace stockade::rules::served_tree_writable_by_worker {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The account that answers requests may change what is served: it may write the served folder itself, or a
file of program code in it. A folder for uploads below is another matter.
```apache bad
#: dir /srv/shop 0755 www-data
#^ /srv/shop
User www-data
Group www-data
DocumentRoot /srv/shop
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/index.php 0664 root:www-data
#: file /srv/shop/lib/db.php 0664 root:www-data
#^ /srv/shop/index.php
User www-data
Group www-data
DocumentRoot /srv/shop
```
```apache good
#: dir /srv/shop
#: file /srv/shop/index.php 0640 root:www-data
#: dir /srv/shop/uploads 0755 www-data
User www-data
Group www-data
DocumentRoot /srv/shop
```
```apache good
#: user deploy 1000
#: dir /srv/shop 0755 deploy
#: file /srv/shop/index.php 0644 deploy
User www-data
Group www-data
DocumentRoot /srv/shop
```
```apache good
#: dir /srv/shop
#: unknown files
#: not-checked
DocumentRoot /srv/shop
```

## Why it matters
A hole in one script then lasts: the intruder writes himself a page that stays after the hole is mended,
and changes what every visitor gets.

## When to ignore it
While an application updates itself, for that hour. An application that insists on it all the time belongs
behind a worker account of its own.

## How to fix it
Let the files belong to root or to a deployment account, and give the worker's group the right to read.
Only folders for uploads and caches are written by the worker.
)md";

bool is_code(std::string_view path) {
  for (std::string_view ending : {".php", ".phtml", ".inc", ".cgi", ".pl", ".py", ".rb", ".lua"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

struct Found {
  std::string path;
  const host::PathFacts* facts = nullptr;
  size_t more = 0;
};

void tell(const Snapshot& snapshot, Reporter& report, const Worker& worker, const ServedTree& tree,
          const Found& found) {
  const std::string rest = found.more == 0 ? "" : fmt::format(", and {} files more", found.more);
  report
      .find_path(found.path, fmt::format("{} may change {} ({}){}", worker.name, found.path,
                                         owner_and_mode(snapshot, found.facts->status), rest))
      .evidence(*tree.directive, fmt::format("serves {}", tree.path))
      .server(*tree.server)
      .fix(fmt::format("chown -R root:{1} {0} && chmod -R g-w,o-w {0}", tree.path,
                       worker.gids.empty() ? "root" : worker.name),
           FixRisk::careful, "updates that the application makes to itself");
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  if (!trees_are_seen(snapshot, report, trees, "files that the worker may change")) return;
  if (!owners_are_known(snapshot, report, "which served files the worker may change")) return;
  const Worker worker = worker_of(snapshot);
  if (!worker.known()) {
    if (worker.user != nullptr) {
      report.not_checked("what the worker may write", "its account is not known");
    }
    return;
  }
  if (*worker.uid == 0) return;
  std::map<const ServedTree*, Found> found;
  for (const ServedTree& tree : trees.trees) {
    const host::PathFacts* facts = facts_behind(snapshot, tree.path);
    if (facts != nullptr && may_write(worker, facts->status)) found[&tree] = {tree.path, facts, 0};
  }
  for (const ServedPath& served : served_paths(snapshot, trees)) {
    if (served.facts->status.type != FileType::regular || !is_code(served.path)) continue;
    if (!may_write(worker, served.facts->status)) continue;
    const auto [entry, is_new] =
        found.emplace(served.tree, Found{std::string(served.path), served.facts, 0});
    if (!is_new) ++entry->second.more;
  }
  for (const ServedTree& tree : trees.trees) {
    const auto entry = found.find(&tree);
    if (entry != found.end()) tell(snapshot, report, worker, tree, entry->second);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "served-tree-writable-by-worker",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "A hole in one script lets an intruder change the whole site",
    .references = {"CIS 3.12", "CWE-732"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::served_tree_writable_by_worker
