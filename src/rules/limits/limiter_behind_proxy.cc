#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/front_proxy.h"

namespace stockade::rules::limiter_behind_proxy {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Clients are limited by their address (mod_stockade, mod_evasive, mod_qos), and there are signs of a proxy
in front (a known program at port 80 or 443 of this machine, or a log that records `X-Forwarded-For`) while
nothing tells httpd the client's own address. All visitors then count as one client: the proxy.
```apache bad
#: socket 0.0.0.0:443 haproxy
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
Listen 127.0.0.1:8080
StockadeLimit all 50/s burst=200
#^
```
```apache bad
#: with evasive20_module
#: unjudged mod_evasive is no module of httpd
LogFormat "%{X-Forwarded-For}i %l %u %t \"%r\" %>s %b" proxied
CustomLog /var/log/apache2/access.log proxied
DOSSiteCount 50
#^
DOSPageCount 5
```
```apache good
#: socket 0.0.0.0:443 haproxy
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
Listen 127.0.0.1:8080
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
StockadeLimit all 50/s burst=200
```
Without a proxy there is nobody to mistake:
```apache good
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
StockadeLimit all 50/s burst=200
```

## Why it matters
One visitor who asks for too much shuts out everybody, and whoever wants to close the site for all others
has only to ask often enough.

## When to ignore it
Where requests reach this server without the proxy, and the limit is meant for those.

## How to fix it
`RemoteIPHeader` with the header that the proxy sets, and `RemoteIPInternalProxy` with the proxy's address,
no wider. mod_evasive does not listen to it; mod_stockade does.
)md";

constexpr std::string_view kLimits[] = {"StockadeLimit",       "StockadeTrap",
                                        "StockadeConnections", "DOSSiteCount",
                                        "DOSPageCount",        "QS_ClientEventBlockCount",
                                        "QS_SrvMaxConnPerIP"};

void check(const Snapshot& snapshot, Reporter& report) {
  const FrontProxy proxy = front_proxy(snapshot);
  if (!proxy.seen) return;
  std::set<const conf::Server*> told;
  for (const conf::Directive* d : snapshot.config.unknown()) {
    const bool limits = std::any_of(std::begin(kLimits), std::end(kLimits),
                                    [&](std::string_view name) { return d->is(name); });
    if (!limits) continue;
    const conf::Server& server = snapshot.servers.of(*d);
    if (knows_the_client(server) || !told.insert(&server).second) continue;
    Draft draft = report.find(*d, fmt::format("{} counts all visitors as one, the proxy", d->name));
    if (proxy.directive != nullptr) {
      draft.evidence(*proxy.directive, proxy.what);
    } else {
      draft.evidence(proxy.what);
    }
    draft.server(server).fix("give httpd the client's address with mod_remoteip",
                             FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "limiter-behind-proxy",
    .severity = Severity::medium,
    .certainty = Certainty::outside,
    .title = "Limits count the proxy, not the clients behind it",
    .references = {"CWE-799", "CWE-348"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::limiter_behind_proxy
