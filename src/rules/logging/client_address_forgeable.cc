#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::client_address_forgeable {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
mod_remoteip takes the client's address from a header (`RemoteIPHeader`) and believes it of everybody:
neither `RemoteIPInternalProxy` nor `RemoteIPTrustedProxy` names the proxies, or they name a range that
holds large parts of the net.

```apache bad
RemoteIPHeader X-Forwarded-For
#^
```
```apache bad
RemoteIPHeader X-Forwarded-For
RemoteIPTrustedProxy 0.0.0.0/1 128.0.0.0/1
#                    ^~~~~~~~~ ^~~~~~~~~~~
```
```apache good
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 10.0.0.0/8 192.0.2.7
```
```apache good
RemoteIPInternalProxy 192.0.2.7
<VirtualHost *:80>
    ServerName shop.example
    RemoteIPHeader X-Forwarded-For
</VirtualHost>
```

## Why it matters
Whoever sends `X-Forwarded-For: 127.0.0.1` is 127.0.0.1 then: for `Require ip` and `Require local`, for the
log, and for whatever limits or bans clients.

## When to ignore it
Where a firewall lets only the proxy reach this server, and the proxy overwrites the header.

## How to fix it
`RemoteIPInternalProxy` with the addresses of the proxies, no more. Let the proxy set the header, not add
to what the client sent.
)md";

constexpr std::array<std::string_view, 4> kProxies = {
    "RemoteIPInternalProxy", "RemoteIPTrustedProxy", "RemoteIPInternalProxyList",
    "RemoteIPTrustedProxyList"};

bool names_proxies(const Snapshot& snapshot, const conf::Server& server) {
  for (std::string_view name : kProxies) {
    if (server.last(name) != nullptr) return true;
    // The lists are read in the first pass and stand in no server.
    if (ends_with_ignoring_case(name, "List") && !snapshot.config.all(name).empty()) return true;
  }
  return false;
}

// More than the largest private network by far; httpd itself refuses "/0".
bool is_huge(std::string_view range) {
  const size_t slash = range.find('/');
  if (slash == std::string_view::npos) return false;
  const auto bits = parse_number(range.substr(slash + 1));
  return bits && *bits < 7;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.config.all("RemoteIPHeader").empty()) return;
  for (const conf::Directive* d : in_force(snapshot.config, "RemoteIPHeader")) {
    if (names_proxies(snapshot, snapshot.servers.of(*d))) continue;
    report.find(*d, fmt::format("any client may name its own address in {}", d->arg(0)))
        .fix("name the proxies with RemoteIPInternalProxy", FixRisk::decision);
  }
  for (std::string_view name : {kProxies[0], kProxies[1]}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      for (size_t i = 0; i < d->words.size(); ++i) {
        if (!is_huge(d->arg(i))) continue;
        report.find(*d, i, fmt::format("{} lets a large part of the net name clients", d->arg(i)))
            .fix("name the proxies alone", FixRisk::decision);
      }
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "client-address-forgeable",
    .severity = Severity::high,
    .title = "Any client can choose the address it appears with",
    .references = {"STIG AS24-U1-000130", "CWE-290", "CWE-348"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::client_address_forgeable
