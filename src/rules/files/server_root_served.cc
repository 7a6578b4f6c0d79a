#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::server_root_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A served folder holds what belongs to the server itself: its configuration files or its logs. It is served
as a whole, or lies too high.
```apache bad
Alias /conf /etc/apache2
#           ^~~~~~~~~~~~
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/logs/access.log
DocumentRoot /srv/shop
#            ^~~~~~~~~
ErrorLog /srv/shop/logs/error.log
CustomLog /srv/shop/logs/access.log "%h %r"
```
```apache good
#: dir /srv/shop/public
#: file /srv/shop/logs/access.log
DocumentRoot /srv/shop/public
ErrorLog /srv/shop/logs/error.log
CustomLog /srv/shop/logs/access.log "%h %r"
```
```apache good
#: dir /srv/shop
#: dir /srv/shop/logs
DocumentRoot /srv/shop
ErrorLog /srv/shop/logs/error.log
<Directory /srv/shop/logs>
    Require all denied
</Directory>
```

## Why it matters
The configuration tells every guard and every hole in it; the logs tell who was here, and with what
session in the URL.

## When to ignore it
Never.

## How to fix it
Serve the folder below that is meant for the public, and keep configuration and logs beside it.
)md";

struct Sensitive {
  std::string path;
  std::string what;
};

std::vector<Sensitive> sensitive_files(const Snapshot& snapshot) {
  std::vector<Sensitive> files;
  for (const auto& file : snapshot.config.files) {
    if (file->path.starts_with('/')) {
      files.push_back({normal_path(file->path), "a configuration file"});
    }
  }
  for (std::string_view name : {"ErrorLog", "CustomLog", "TransferLog"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      const std::string_view argument = d->arg(0);
      const bool elsewhere = argument.starts_with('|') || argument.starts_with("/dev/") ||
                             starts_with_ignoring_case(argument, "syslog");
      if (!elsewhere) files.push_back({path_argument(snapshot, argument), "a log"});
    }
  }
  return files;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  const DirectorySections index(snapshot);
  std::map<const ServedTree*, bool> told;
  for (const Sensitive& file : sensitive_files(snapshot)) {
    const ServedTree* tree = trees.serving(file.path);
    if (tree == nullptr || told[tree]) continue;
    const std::string url = url_of(*tree, file.path);
    const Reach reach = reach_of(snapshot, {tree->server, file.path, url}, &index);
    if (reach.kind == Reach::Kind::uncertain) {
      report.not_checked(fmt::format("whether {} is handed out", file.path), reach.reason);
    }
    if (reach.kind != Reach::Kind::served) continue;
    told[tree] = true;
    const size_t word = tree->directive->words.size() - 1;
    Draft draft = report.find(
        *tree->directive, word,
        fmt::format("{} {} is handed out to everybody as {}", file.what, file.path, url));
    if (reach.decided_by != nullptr) draft.evidence(*reach.decided_by, "grants everybody");
    draft.server(*tree->server)
        .example(url)
        .fix("serve the folder that is meant for the public alone", FixRisk::decision, "");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "server-root-served",
    .severity = Severity::high,
    .title = "Configuration or logs of the server can be downloaded",
    .references = {"CWE-538", "CWE-532"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::server_root_served
