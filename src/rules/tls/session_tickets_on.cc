#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::session_tickets_on {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`SSLSessionTickets` is on, which is the default. httpd makes the key for tickets when it starts and keeps it
until it is restarted. A matter for a strict run.

```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLSessionTickets on
    #                 ^~
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
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLSessionTickets off
</VirtualHost>
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
Whoever gets that key reads every recorded connection of TLS 1.2 that a ticket resumed, in spite of
forward secrecy.

## When to ignore it
Where httpd is restarted every day, or most visitors come back within minutes and every handshake counts.

## How to fix it
`SSLSessionTickets off`; the session cache (`SSLSessionCache`) still resumes connections.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(tls_servers(snapshot), "SSLSessionTickets")) {
    const std::string message =
        fmt::format("session tickets are given out by {}", names_of(setting.servers));
    constexpr std::string_view kSummary = "give out no tickets";
    if (setting.directive == nullptr) {
      report.find_missing(message).fix(std::string(kSummary), FixRisk::decision);
    } else if (!is_off(*setting.directive)) {
      report.find(*setting.directive, 0, message).fix(std::string(kSummary), FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "session-tickets-on",
    .severity = Severity::low,
    .title = "Session tickets are given out with keys that last as long as the server",
    .references = {"CWE-320"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::session_tickets_on
