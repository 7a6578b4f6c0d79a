#include <map>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::log_blind_spot {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `CustomLog` leaves out requests by a variable (`env=!name`) that `SetEnvIf` or `BrowserMatch` sets from a
header of the request. Variables from the client's address or the URL are not reported.

```apache bad
SetEnvIf User-Agent "HealthCheck" dontlog
CustomLog ${APACHE_LOG_DIR}/access.log common env=!dontlog
#                                             ^~~~~~~~~~~~
```
```apache bad
BrowserMatchNoCase "monitor" quiet
<VirtualHost *:80>
    ServerName shop.example
    CustomLog ${APACHE_LOG_DIR}/shop.log common env=!quiet
    #                                           ^~~~~~~~~~
</VirtualHost>
```
```apache good
SetEnvIf Remote_Addr "^127\." dontlog
CustomLog ${APACHE_LOG_DIR}/access.log common env=!dontlog
```
```apache good
SetEnvIf Request_URI "\.(gif|png)$" picture
CustomLog ${APACHE_LOG_DIR}/access.log common env=!picture
```

## Why it matters
A client writes its headers itself. Who sends the word that the load balancer sends leaves no trace of
anything he does.

## When to ignore it
Where a second log takes every request.

## How to fix it
Tell the checks of your own apart by their address, `SetEnvIf Remote_Addr`, and by a URL of their own.
)md";

bool is_of_the_client(const conf::Directive& d) {
  if (d.is("BrowserMatch") || d.is("BrowserMatchNoCase")) return true;
  const std::string_view attribute = d.arg(0);
  // The others that are no headers: of the connection, or of what is asked for.
  for (std::string_view safe : {"Remote_", "Server_", "Request_", "OID("}) {
    if (starts_with_ignoring_case(attribute, safe)) return false;
  }
  return true;
}

std::map<std::string, const conf::Directive*, std::less<>> client_variables(
    const Snapshot& snapshot) {
  std::map<std::string, const conf::Directive*, std::less<>> variables;
  for (std::string_view name :
       {"SetEnvIf", "SetEnvIfNoCase", "BrowserMatch", "BrowserMatchNoCase"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (!is_of_the_client(*d)) continue;
      const size_t first = starts_with_ignoring_case(name, "Browser") ? 1 : 2;
      for (size_t i = first; i < d->words.size(); ++i) {
        const std::string_view set = d->arg(i);
        if (!set.starts_with('!')) variables.emplace(set.substr(0, set.find('=')), d);
      }
    }
  }
  return variables;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const auto variables = client_variables(snapshot);
  for (const conf::Directive* d : snapshot.config.all("CustomLog")) {
    const std::string_view condition = d->arg(2);
    if (!starts_with_ignoring_case(condition, "env=!")) continue;
    const auto found = variables.find(condition.substr(5));
    if (found == variables.end()) continue;
    // An attribute may also be a variable that another line set before.
    if (variables.contains(found->second->arg(0))) continue;
    report.find(*d, 2, "a client decides by a header whether it is logged")
        .evidence(*found->second, "sets the variable from the request")
        .fix("tell the requests to leave out apart by address", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "log-blind-spot",
    .severity = Severity::medium,
    .title = "A client can keep itself out of the log",
    .references = {"CWE-778", "CWE-290"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::log_blind_spot
