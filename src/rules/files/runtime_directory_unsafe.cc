#include <fmt/format.h>

#include <set>
#include <string>

#include "rules/reporter.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"
#include "rules/support/workers.h"

namespace stockade::rules::runtime_directory_unsafe {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The folder of `PidFile` or `ScoreBoardFile` may be written by others than root, or lies in a served folder;
or memory images (`CoreDumpDirectory`) land in a served folder.
```apache bad
#: dir /srv/run 0777
User www-data
PidFile /srv/run/apache2.pid
#       ^~~~~~~~~~~~~~~~~~~~
```
```apache bad
#: dir /srv/shop
#: dir /srv/shop/core 0700 www-data
User www-data
DocumentRoot /srv/shop
CoreDumpDirectory /srv/shop/core
#                 ^~~~~~~~~~~~~~
```
```apache good
#: dir /run/apache2
User www-data
PidFile /run/apache2/apache2.pid
```
```apache good
#: dir /srv/shop
#: dir /var/cores 0700 www-data
User www-data
DocumentRoot /srv/shop
CoreDumpDirectory /var/cores
```
```apache good
#: unknown files
#: not-checked
User www-data
PidFile /run/apache2/apache2.pid
```

## Why it matters
Whoever writes the file with the process number has root send a signal to a process of his choice at the
next stop or reload. And a memory image of httpd holds its private keys.

## When to ignore it
Never.

## How to fix it
Use the system's own place, `/run/apache2` or `/run/httpd`, made for root at each start. Leave
`CoreDumpDirectory` out unless you look for a crash, and put it beside the served folders then.
)md";

std::string_view id_of(const conf::Directive& d) {
  if (d.is("CoreDumpDirectory")) return "CIS 3.7";
  return d.is("PidFile") ? "CIS 3.9" : "CIS 3.10";
}

void judge(const Snapshot& snapshot, Reporter& report, const ServedTrees& trees,
           const conf::Directive& d, bool is_folder) {
  const std::string path = path_argument(snapshot, d.arg(0));
  const std::string folder = is_folder ? path : std::string(parent_path(path));
  if (const ServedTree* tree = trees.serving(folder)) {
    report.find(d, 0, fmt::format("{} lies in the served folder {}", path, tree->path))
        .evidence(*tree->directive, fmt::format("serves {}", tree->path))
        .benchmark_id(id_of(d))
        .fix("put it into a folder that is not served", FixRisk::decision, "");
    return;
  }
  if (is_folder) return;  // the worker is meant to write there
  const host::PathFacts* facts = facts_behind(snapshot, folder);
  if (facts == nullptr) {
    if (path_state(snapshot, folder) == PathState::absent) return;
    report.not_checked(fmt::format("who may write {}", folder), "it was not looked at",
                       "run on the server itself");
    return;
  }
  if (!owners_are_known(snapshot, report, fmt::format("who may write {}", folder))) return;
  if (!is_writable_by_others(facts->status)) return;
  report
      .find(d, 0,
            fmt::format("{} is {}: others than root can replace the file", folder,
                        owner_and_mode(snapshot, facts->status)))
      .certainty(Certainty::file_system)
      .benchmark_id(id_of(d))
      .fix("use a folder that root alone may write, such as /run/apache2", FixRisk::decision,
           "scripts that look for the file at its old place");
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  const conf::Server& main = snapshot.servers.main();
  for (std::string_view name : {"PidFile", "ScoreBoardFile"}) {
    if (const conf::Directive* d = main.last(name)) judge(snapshot, report, trees, *d, false);
  }
  if (const conf::Directive* d = main.last("CoreDumpDirectory")) {
    judge(snapshot, report, trees, *d, true);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "runtime-directory-unsafe",
    .severity = Severity::medium,
    .title = "Files of the running server lie where others reach them",
    .references = {"CIS 3.7", "CIS 3.9", "CIS 3.10", "CWE-732", "CWE-528"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::runtime_directory_unsafe
