#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/authz.h"
#include "rules/support/servers.h"

namespace stockade::rules::slash_merging_off {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`MergeSlashes OFF` stands in a server that guards URLs with `<Location>` or `<LocationMatch>`. Such a
section names one slash; with the merging off, `/admin//users` and `//admin` are other URLs to it.

```apache bad
MergeSlashes OFF
#            ^
<LocationMatch "^/admin/users">
    Require ip 192.0.2.0/24
</LocationMatch>
```
```apache fixed
MergeSlashes ON
<LocationMatch "^/admin/users">
    Require ip 192.0.2.0/24
</LocationMatch>
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    MergeSlashes OFF
    #            ^
    <Location "/admin">
        Require all denied
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    MergeSlashes ON
    <Location "/admin">
        Require all denied
    </Location>
</VirtualHost>
```
```apache good
MergeSlashes OFF
<Location "/open">
    Require all granted
</Location>
```
```apache good
<LocationMatch "^/admin/users">
    Require ip 192.0.2.0/24
</LocationMatch>
```

## Why it matters
The file system and most applications take several slashes for one. The guard does not see the request,
and what it guards answers all the same.

## When to ignore it
Where every path behind a guard is checked by the application too.

## How to fix it
Leave `MergeSlashes` on, its default, or guard files with `<Directory>`.
)md";

const conf::Directive* guard_in(const conf::Server& server) {
  for (std::string_view kind : {"Location", "LocationMatch"}) {
    for (const conf::Directive* section : server.sections(kind)) {
      for (const auto& answer : {required_in(*section), allowed_in(*section)}) {
        if (answer && answer->access != Access::granted) return section;
      }
    }
  }
  return nullptr;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(snapshot, "MergeSlashes")) {
    if (setting.directive == nullptr || !is_off(*setting.directive)) continue;
    const conf::Directive* guard = guard_in(snapshot.servers.main());
    for (const conf::Server* server : setting.servers) {
      if (guard != nullptr) break;
      guard = guard_in(*server);
    }
    if (guard == nullptr) continue;
    report
        .find(*setting.directive, 0,
              fmt::format("a second slash passes the guard <{} {}>", guard->name, guard->arg(0)))
        .evidence(*guard, "guards URLs by their slashes")
        .fix("merge slashes", FixRisk::careful, "applications that need empty path segments")
        .replace_word(*setting.directive, 0, "ON");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "slash-merging-off",
    .severity = Severity::medium,
    .title = "A second slash in the URL passes the access rules by",
    .references = {"CVE-2019-0220", "CWE-706"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::slash_merging_off
