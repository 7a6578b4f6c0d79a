#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::ocsp_stapling_off {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`SSLUseStapling` is not on. Many authorities (Let's Encrypt since 2025) run no OCSP service any more, so
this is a matter for a strict run only.

```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLUseStapling off
    #              ^~~
</VirtualHost>
```
```apache bad
#^ top
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
```apache good
SSLStaplingCache shmcb:/tmp/stapling(32768)
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLUseStapling on
</VirtualHost>
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
Without the answer stapled on, some clients ask the authority themselves: slower, and the authority
learns who visits.

## When to ignore it
Where the authority names no OCSP service in its certificates: there is nothing to staple.

## How to fix it
`SSLUseStapling on` in the virtual host, and a `SSLStaplingCache` in the main server.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(tls_servers(snapshot), "SSLUseStapling")) {
    const std::string message =
        fmt::format("no OCSP answer is stapled by {}", names_of(setting.servers));
    constexpr std::string_view kSummary = "staple the answer, with a cache for it";
    if (setting.directive == nullptr) {
      report.find_missing(message).fix(std::string(kSummary), FixRisk::decision);
    } else if (!is_on(*setting.directive)) {
      report.find(*setting.directive, 0, message).fix(std::string(kSummary), FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "ocsp-stapling-off",
    .severity = Severity::low,
    .title = "The server sends no proof that its certificate still holds",
    .references = {"CIS 7.11", "CWE-299"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::ocsp_stapling_off
