#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::access_log_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server writes no log of its requests: there is neither `CustomLog` nor `TransferLog` in it or in the
main server, or all of them lead to `/dev/null`.

```apache bad
#^ top
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache bad
Listen 80
CustomLog ${APACHE_LOG_DIR}/access.log combined
<VirtualHost *:80>
    ServerName shop.example
    CustomLog /dev/null common
    #         ^~~~~~~~~
</VirtualHost>
```
```apache good
Listen 80
CustomLog ${APACHE_LOG_DIR}/access.log common
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    TransferLog ${APACHE_LOG_DIR}/shop.log
</VirtualHost>
```

## Why it matters
After a break-in the log tells what was asked for, by whom and when. Without it nobody knows what was
taken, and whoever limits or bans clients has nothing to go by.

## When to ignore it
Where a proxy in front logs every request, with the real client's address.

## How to fix it
`CustomLog ${APACHE_LOG_DIR}/access.log combined` in the main server: it holds for every virtual host
that has no `CustomLog` of its own.
)md";

std::vector<const conf::Directive*> logs_of(const conf::Server& server) {
  std::vector<const conf::Directive*> logs;
  for (const bool own : {true, false}) {
    for (std::string_view name : {"CustomLog", "TransferLog"}) {
      const auto found = own ? server.own(name) : server.main->own(name);
      logs.insert(logs.end(), found.begin(), found.end());
    }
    // A virtual host's own logs replace the main server's, of both kinds.
    if (!logs.empty()) break;
  }
  return logs;
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::vector<const conf::Server*> without;
  std::set<const conf::Directive*> reported;
  if (!snapshot.config.all("GlobalLog").empty()) return;
  for (const conf::Server* server : serving_servers(snapshot)) {
    const auto logs = logs_of(*server);
    if (logs.empty()) {
      without.push_back(server);
      continue;
    }
    const bool discarded = std::all_of(logs.begin(), logs.end(), [](const conf::Directive* d) {
      return d->arg(0) == "/dev/null";
    });
    if (!discarded || !reported.insert(logs.back()).second) continue;
    report
        .find(*logs.back(), 0, fmt::format("the requests of {} are logged nowhere", server->label))
        .fix("name a file, or remove the line so that the main server's log holds",
             FixRisk::decision);
  }
  if (without.empty()) return;
  report.find_missing(fmt::format("the requests of {} are logged nowhere", names_of(without)))
      .fix("add a CustomLog to the main server", FixRisk::decision);
}

}  // namespace

extern const Rule kRule{
    .id = "access-log-missing",
    .severity = Severity::medium,
    .title = "Requests are logged nowhere",
    .references = {"CIS 6.3", "STIG AS24-U1-000070", "STIG AS24-U2-000090", "CWE-778"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::access_log_missing
