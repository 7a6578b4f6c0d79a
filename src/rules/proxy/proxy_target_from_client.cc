#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/client_target.h"

namespace stockade::rules::proxy_target_from_client {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The scheme, host or port of a proxied target comes from the request: from a group of the URL's pattern,
from a condition, or from a header, and no condition limits it to names that are yours.

```apache bad
RewriteEngine on
RewriteRule "^/fetch/(.*)$" "http://$1" [P]
#                           ^
```
```apache bad
Listen 80
<VirtualHost *:80>
    RewriteEngine on
    RewriteRule "^/(.*)$" "http://%{HTTP_HOST}:8080/$1" [P]
    #                     ^
    ProxyPassMatch "^/image(.*)$" "http://img.example$1"
    #                             ^
</VirtualHost>
```
```apache bad
RewriteEngine on
RewriteCond %{HTTP:X-Backend} (.+)
RewriteRule "^/(.*)$" "http://%1/$1" [P]
#                     ^
```
Names that are chosen from a list, and paths behind a host that is written out, are fine:
```apache good
RewriteEngine on
RewriteRule "^/(shop|wiki)/(.*)$" "http://$1:8080/$2" [P]
RewriteRule "^/(.*)$" "http://127.0.0.1:8080/$1" [P]
```
```apache good
Listen 80
<VirtualHost *:80>
    RewriteEngine on
    RewriteCond %{HTTP_HOST} ^(shop|wiki)\.example\.org$
    RewriteRule "^/(.*)$" "http://%{HTTP_HOST}:8080/$1" [P]
    RewriteCond %{HTTP_HOST} ^([a-z]+)\.example\.org$
    RewriteRule "^/(.*)$" "http://%1.inside.example:8080/$1" [P]
</VirtualHost>
```
In a server a path always begins with its slash, so a group at the very start ends the host's name:
```apache good
RewriteEngine on
RewriteRule "^(.*)$" "http://127.0.0.1$1" [P]
ProxyPassMatch "^(/.*\.png)$" "http://img.example$1"
```

## Why it matters
The client makes this server connect to an address of his choice: to the machines behind the firewall,
to the cloud's metadata service, to a server of his own that gets the user's cookies.

## When to ignore it
Where a firewall keeps the server from every address but the intended ones.

## How to fix it
Write the host out, choose it from a `RewriteMap`, or let the group take only the names that are meant:
`(shop|wiki)`.
)md";

void judge(const Snapshot& snapshot, const RewriteScope& scope, const RewriteStep& step,
           const ClientTargets& targets, Reporter& report) {
  if (!proxies(*step.rule)) return;
  const std::string from = targets.chosen_by_client(scope, step);
  if (from.empty()) return;
  report.find(*step.rule, 1, fmt::format("the client chooses the host that is asked, by {}", from))
      .fix("write the host out, or limit it to a list", FixRisk::decision);
  (void)snapshot;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ClientTargets targets(snapshot);
  for (const RewriteScope& scope : rewrite_scopes(snapshot)) {
    for (const RewriteStep& step : scope.steps) judge(snapshot, scope, step, targets, report);
  }
  for (const conf::Directive* d : snapshot.config.all("ProxyPassMatch")) {
    if (d->words.size() < 2) continue;
    RewriteScope scope;
    scope.server = &snapshot.servers.of(*d);
    const std::string from = targets.chosen_by_client(scope, {d, {}});
    if (from.empty()) continue;
    report.find(*d, 1, fmt::format("the client chooses the host that is asked, by {}", from))
        .fix("write the host out, or limit it to a list", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-target-from-client",
    .severity = Severity::high,
    .title = "A client chooses which host this server connects to",
    .references = {"CWE-918", "CWE-441"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_target_from_client
