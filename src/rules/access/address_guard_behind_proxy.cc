#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/front_proxy.h"

namespace stockade::rules::address_guard_behind_proxy {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Access depends on the client's address, and there are signs of a proxy in front (a known program at port 80
or 443 of this machine, or a log that records `X-Forwarded-For`) while nothing tells httpd the client's own
address. What `Require ip`, `Require host` and `Deny from` see is the proxy. Loopback addresses are the
matter of another rule.
```apache bad
#: socket 0.0.0.0:443 haproxy
Listen 127.0.0.1:8080
<Location />
    <RequireAll>
        Require all granted
        Require not ip 203.0.113.0/24
        #^
    </RequireAll>
</Location>
```
```apache bad
LogFormat "%{X-Forwarded-For}i %l %u %t \"%r\" %>s %b" proxied
CustomLog /var/log/apache2/access.log proxied
<Location /admin>
    Require ip 10.0.0.0/8
    #^
</Location>
```
```apache good
LogFormat "%a %l %u %t \"%r\" %>s %b" plain
CustomLog /var/log/apache2/access.log plain
<Location /admin>
    Require ip 10.0.0.0/8
</Location>
```
```apache good
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 10.0.0.5
LogFormat "%{X-Forwarded-For}i %l %u %t \"%r\" %>s %b" proxied
CustomLog /var/log/apache2/access.log proxied
<Location /admin>
    Require ip 10.0.0.0/8
</Location>
```

## Why it matters
If the proxy's own address is among those let in, everybody is; a list of addresses to keep out keeps out
nobody.

## When to ignore it
Where requests reach this server without the proxy as well, and the guard is meant for those.

## How to fix it
`RemoteIPHeader` with the header that the proxy sets, and `RemoteIPInternalProxy` with the proxy's address,
no wider.
)md";

bool depends_on_address(const conf::Directive& d) {
  const bool negated = equals_ignoring_case(d.arg(0), "not");
  const std::string_view kind = d.arg(negated ? 1 : 0);
  if (equals_ignoring_case(kind, "host") || equals_ignoring_case(kind, "forward-dns")) return true;
  if (!equals_ignoring_case(kind, "ip")) return false;
  for (size_t i = negated ? 2 : 1; i < d.words.size(); ++i) {
    if (d.arg(i).starts_with("127.") || d.arg(i) == "::1") return false;
  }
  return true;
}

bool is_address_list(const conf::Directive& d) {
  for (size_t i = 1; i < d.words.size(); ++i) {
    const bool other = equals_ignoring_case(d.arg(i), "all") ||
                       starts_with_ignoring_case(d.arg(i), "env=") || is_loopback(d.arg(i));
    if (!other) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const FrontProxy proxy = front_proxy(snapshot);
  if (!proxy.seen) return;
  const auto judge = [&](const conf::Directive& d) {
    const conf::Server& server = snapshot.servers.of(d);
    if (knows_the_client(server)) return;
    Draft draft =
        report.find(d, fmt::format("{} {} is compared with the proxy's address", d.name, d.args));
    if (proxy.directive != nullptr) {
      draft.evidence(*proxy.directive, proxy.what);
    } else {
      draft.evidence(proxy.what);
    }
    draft.server(server).fix("give httpd the client's address with mod_remoteip", FixRisk::decision,
                             "");
  };
  for (const conf::Directive* d : snapshot.config.all("Require")) {
    if (depends_on_address(*d)) judge(*d);
  }
  for (std::string_view name : {"Allow", "Deny"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (is_address_list(*d)) judge(*d);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "address-guard-behind-proxy",
    .severity = Severity::medium,
    .certainty = Certainty::outside,
    .title = "An address decides who comes in, and it is the proxy's",
    .references = {"CWE-290", "CWE-348"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::address_guard_behind_proxy
