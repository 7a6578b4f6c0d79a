#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"

namespace stockade::rules::host_derived_path {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`VirtualDocumentRoot` takes a folder's name from the `Host` header, and below the same folder lie others
that are no sites: their names have no dot. A client reaches them by asking for a host of that name.

```apache bad
#: dir /srv/sites/shop.example
#: dir /srv/sites/backup
VirtualDocumentRoot /srv/sites/%0
#                   ^
```
```apache bad
#: dir /srv/sites/shop.example/public
#: dir /srv/sites/templates/public
Listen 80
<VirtualHost *:80>
    UseCanonicalName Off
    VirtualDocumentRoot "/srv/sites/%0/public"
    #                   ^
</VirtualHost>
```
```apache good
#: dir /srv/sites/shop.example
#: dir /srv/sites/wiki.example
VirtualDocumentRoot /srv/sites/%0
```
A part of the name, or a prefix that is written out, cannot name a folder of another kind:
```apache good
#: dir /srv/sites/site-shop
#: dir /srv/sites/backup
VirtualDocumentRoot /srv/sites/site-%1
```
```apache good
#: unknown files
#: not-checked
VirtualDocumentRoot /srv/sites/%0
```

## Why it matters
`curl -H 'Host: backup' http://server/` hands out the backups: no name service is asked, the header is
believed as it is.

## When to ignore it
Where every folder there is meant to be a site, under a name without a dot.

## How to fix it
Move what is no site out of the folder, or keep the sites in a folder of their own.
)md";

// The folder that the whole host name is looked up in; empty where the pattern has another form.
std::string base_of(std::string_view pattern) {
  const size_t mark = pattern.find("%0");
  if (mark == std::string_view::npos || mark == 0 || pattern[mark - 1] != '/') return "";
  if (pattern.find('%') != mark) return "";
  const std::string_view rest = pattern.substr(mark + 2);
  if (!rest.empty() && rest.front() != '/') return "";
  return std::string(pattern.substr(0, mark - 1));
}

bool is_site(std::string_view name) {
  return name.find('.') != std::string_view::npos || name == "localhost" || name.starts_with('_');
}

void judge(const Snapshot& snapshot, const conf::Directive& d, Reporter& report) {
  const std::string base = base_of(d.arg(0));
  if (base.empty()) return;
  if (!snapshot.coverage.files || path_state(snapshot, base) == PathState::unknown) {
    report.not_checked(fmt::format("which folders lie in {}", base), "the files were not collected",
                       "run on the server itself");
    return;
  }
  std::vector<std::string> strangers;
  for (const auto& [path, facts] : snapshot.paths.below(base)) {
    if (parent_path(path) != base || facts->status.type != FileType::directory) continue;
    if (!is_site(file_name(path))) strangers.emplace_back(file_name(path));
  }
  if (strangers.empty()) return;
  report
      .find(d, 0,
            fmt::format("a client reaches {}/{} by asking for the host {}", base, strangers.front(),
                        strangers.front()))
      .evidence(base + "/" + strangers.front(), "is no site")
      .example(fmt::format("curl -H 'Host: {}' http://127.0.0.1/", strangers.front()))
      .fix("keep the sites in a folder of their own", FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"VirtualDocumentRoot", "VirtualScriptAlias"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) judge(snapshot, *d, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "host-derived-path",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "A forged Host header leads into folders that are no sites",
    .references = {"CWE-22", "CWE-644"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::host_derived_path
