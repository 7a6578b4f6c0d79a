#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::proxy_protocol_open {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`RemoteIPProxyProtocol On` makes httpd believe the client's address in the first line of a connection,
and the server listens on an address that others than the load balancer may reach. httpd cannot limit
who may send that line; only the network can. Loopback and private addresses are left out.

```apache bad
Listen 80
RemoteIPProxyProtocol On
#                     ^~
```
```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    RemoteIPProxyProtocol On
    #                     ^~
</VirtualHost>
```
```apache good
Listen 10.0.0.5:80
RemoteIPProxyProtocol On
```
```apache good
Listen 80
RemoteIPProxyProtocol Off
```

## Why it matters
Whoever connects past the balancer names any address for his own: `Require ip`, rate limits and the log
then judge by a forged one. Ordinary clients on that port get no answer at all.

## When to ignore it
Where a firewall lets the balancer alone reach the port.

## How to fix it
Listen on the address of the inner network, or limit the port to the balancer by firewall.
)md";

bool is_inner(std::string_view host) {
  for (std::string_view prefix : {"127.", "10.", "192.168.", "169.254.", "fd", "fe80:"}) {
    if (host.starts_with(prefix)) return true;
  }
  if (host == "::1") return true;
  if (!host.starts_with("172.")) return false;
  const auto second = parse_number(split(host, '.')[1]);
  return second && *second >= 16 && *second <= 31;
}

bool reached_from_outside(const Snapshot& snapshot, const conf::Server& server) {
  for (const conf::Listener& listener : snapshot.servers.listeners) {
    if (is_inner(listener.address.host)) continue;
    if (server.is_main()) return true;
    for (const conf::Address& address : server.addresses) {
      const bool port = address.port == 0 || address.port == listener.address.port;
      if (port && !is_inner(address.host)) return true;
    }
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(snapshot, "RemoteIPProxyProtocol")) {
    if (setting.directive == nullptr || !is_on(*setting.directive)) continue;
    std::vector<const conf::Server*> open;
    for (const conf::Server* server : setting.servers) {
      if (reached_from_outside(snapshot, *server)) open.push_back(server);
    }
    if (open.empty()) continue;
    report
        .find(*setting.directive, 0,
              fmt::format("{} believes the address that a connection claims", names_of(open)))
        .fix("let nobody but the balancer reach the port", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-protocol-open",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "Anybody who reaches the port can claim any client address",
    .references = {"CWE-290", "CWE-348"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_protocol_open
