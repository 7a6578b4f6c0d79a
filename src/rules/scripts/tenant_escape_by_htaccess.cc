#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"
#include "rules/support/workers.h"

namespace stockade::rules::tenant_escape_by_htaccess {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Several accounts own served folders, and one of them may set handlers, rewrite rules or options with a
`.htaccess` file (`AllowOverride` with `All`, `FileInfo` or `Options`, or such a word in
`AllowOverrideList`). What that switches on runs as httpd's worker, which reads the folders of all.
```apache bad
#: user alice 1000
#: user bob 1001
#: dir /srv/alice 0755 alice
#: dir /srv/bob 0755 bob
Alias /alice /srv/alice
Alias /bob /srv/bob
<Directory /srv/alice>
    AllowOverride FileInfo
    #             ^~~~~~~~
</Directory>
```
```apache bad
#: user alice 1000
#: user bob 1001
#: dir /srv/sites/alice 0755 alice
#: dir /srv/sites/bob 0755 bob
Alias /alice /srv/sites/alice
Alias /bob /srv/sites/bob
<Directory /srv/sites>
    AllowOverride All
    #             ^~~
</Directory>
```
```apache good
#: user alice 1000
#: user bob 1001
#: dir /srv/alice 0755 alice
#: dir /srv/bob 0755 bob
Alias /alice /srv/alice
Alias /bob /srv/bob
<Directory /srv/alice>
    AllowOverride AuthConfig
</Directory>
```
One owner alone does no harm to others:
```apache good
#: user alice 1000
#: dir /srv/alice 0755 alice
#: dir /srv/shop
Alias /alice /srv/alice
Alias /shop /srv/shop
<Directory /srv/alice>
    AllowOverride All
</Directory>
```
```apache good
#: unknown files
#: not-checked
#: dir /srv/alice
Alias /alice /srv/alice
<Directory /srv/alice>
    AllowOverride All
</Directory>
```

## Why it matters
A customer's script that runs as the worker reads his neighbours' configuration files with their passwords,
and writes where the worker writes. Several holes of httpd itself need just this right to be used
(CVE-2025-66200 among them).

## When to ignore it
Where each customer's programs run under his own account (PHP-FPM pools, suexec, mpm-itk) and the worker may
read no more than it must; `SetHandler` and rewrite rules still reach what the worker reads.

## How to fix it
Grant `AuthConfig`, `Limit` and `Indexes` at most, and the single directives that customers need by
`AllowOverrideList`.
)md";

bool is_powerful(const conf::Directive& d) {
  const bool list = d.is("AllowOverrideList");
  for (const conf::Word& word : d.words) {
    for (std::string_view name :
         list ? std::vector<std::string_view>{"SetHandler", "AddHandler", "RewriteRule", "Options",
                                              "RequestHeader", "Action"}
              : std::vector<std::string_view>{"All", "FileInfo"}) {
      if (equals_ignoring_case(word.text, name)) return true;
    }
    // Options=Indexes names what is allowed; without a list all are.
    if (!list && equals_ignoring_case(word.text, "Options")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::vector<const conf::Directive*> powerful;
  for (std::string_view name : {"AllowOverride", "AllowOverrideList"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (is_powerful(*d)) powerful.push_back(d);
    }
  }
  if (powerful.empty()) return;
  if (!owners_are_known(snapshot, report,
                        "who owns the folders where .htaccess files may set handlers")) {
    return;
  }
  const ServedTrees& trees = served_trees(snapshot);
  const Worker worker = worker_of(snapshot);
  const DirectorySections index(snapshot);
  std::set<uint32_t> owners;
  std::map<const conf::Directive*, const ServedTree*> used;  // the AllowOverride in force
  for (const ServedTree& tree : trees.trees) {
    const host::PathFacts* facts = facts_behind(snapshot, tree.path);
    if (facts == nullptr || facts->status.uid == 0 || worker.uid == facts->status.uid) continue;
    owners.insert(facts->status.uid);
    std::map<bool, const conf::Directive*> last;  // of the two directives
    for (const conf::Directive* section : index.over(*tree.server, tree.path)) {
      for (const conf::Directive& d : children_of(*section)) {
        if (d.is("AllowOverride") || d.is("AllowOverrideList")) {
          last[d.is("AllowOverrideList")] = &d;
        }
      }
    }
    for (const auto& [is_list, d] : last) used.emplace(d, &tree);
  }
  if (owners.size() < 2) return;
  for (const conf::Directive* d : powerful) {
    const auto tree = used.find(d);
    if (tree == used.end()) continue;
    const FileStatus& status = facts_behind(snapshot, tree->second->path)->status;
    report
        .find(*d, 0,
              fmt::format("the owner of {} ({}) decides what runs as the worker",
                          tree->second->path, owner_and_mode(snapshot, status)))
        .evidence(*tree->second->directive, "serves it")
        .evidence(fmt::format("{} accounts own served folders", owners.size()))
        .server(*tree->second->server)
        .fix("grant AuthConfig, Limit and Indexes at most", FixRisk::decision,
             ".htaccess files with handlers, rewrite rules or options");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "tenant-escape-by-htaccess",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "One customer's .htaccess file reaches what belongs to another",
    .references = {"CVE-2025-66200", "CWE-668", "CWE-732"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::tenant_escape_by_htaccess
