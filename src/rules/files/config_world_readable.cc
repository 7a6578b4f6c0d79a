#include <fmt/format.h>

#include <string>

#include "rules/reporter.h"
#include "rules/support/paths.h"
#include "rules/support/workers.h"

namespace stockade::rules::config_world_readable {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Every account of the machine may read configuration files of httpd. Distributions ship them so; this is the
strict reading of a benchmark.
```apache bad
#^ /etc/apache2/apache2.conf
ServerName www.example.org
```
```apache bad
#: file /etc/apache2/site.conf 0644
#| Timeout 60
#^ /etc/apache2/apache2.conf
Include /etc/apache2/site.conf
```
```apache good
#: dir /etc/apache2 0750
ServerName www.example.org
```
```apache good
#: unknown files
#: not-checked
ServerName www.example.org
```

## Why it matters
The files tell which guards there are, which addresses are let in, and now and then a password
(`AuthLDAPBindPassword`, `ProxyPass` with a secret, `RequestHeader set Authorization`).

## When to ignore it
Where nobody but administrators has an account on the machine and no secret is in the files.

## How to fix it
`chmod o-rwx` on the folder of the configuration: httpd reads it as root.
)md";

// Everybody may look into every folder above.
bool is_reachable(const Snapshot& snapshot, std::string_view path) {
  for (std::string_view above = parent_path(path);; above = parent_path(above)) {
    const host::PathFacts* facts = snapshot.paths.find(above);
    if (facts != nullptr && (facts->status.mode & 0001U) == 0) return false;
    if (above == "/" || above.empty()) return true;
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!owners_are_known(snapshot, report, "who may read the configuration")) return;
  std::string first;
  size_t readable = 0;
  for (const auto& file : snapshot.config.files) {
    if (!file->path.starts_with('/')) continue;
    const std::string path = normal_path(file->path);
    const host::PathFacts* facts = facts_behind(snapshot, path);
    if (facts == nullptr) {
      report.not_checked(fmt::format("who may read {}", path), "it was not looked at",
                         "run on the server itself");
      return;
    }
    if ((facts->status.mode & 0004U) == 0 || !is_reachable(snapshot, path)) continue;
    if (++readable == 1) first = path;
  }
  if (readable == 0) return;
  const std::string more = readable == 1 ? "" : fmt::format(" and {} more files", readable - 1);
  report.find_path(first, fmt::format("everybody on the machine may read {}{}", first, more))
      .fix(fmt::format("chmod -R o-rwx {}", snapshot.config.server_root), FixRisk::careful,
           "tools that read the configuration under another account");
}

}  // namespace

extern const Rule kRule{
    .id = "config-world-readable",
    .severity = Severity::low,
    .certainty = Certainty::file_system,
    .title = "Every account of the machine reads httpd's configuration",
    .references = {"CIS 3.6", "CWE-732"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::config_world_readable
