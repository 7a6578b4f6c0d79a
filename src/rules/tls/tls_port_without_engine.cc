#include <fmt/format.h>

#include <algorithm>

#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::tls_port_without_engine {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A virtual host at port 443, or at a port whose `Listen` says `https`, speaks plain HTTP: its `SSLEngine`
is off, or missing and nothing else switches TLS on.

```apache bad
Listen 443
<VirtualHost *:443>
#^
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
```
```apache bad
Listen 8443 https
<VirtualHost *:8443>
    ServerName shop.example
    SSLEngine off
    #         ^~~
</VirtualHost>
```
```apache fixed
Listen 8443 https
<VirtualHost *:8443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 443
SSLEngine on
<VirtualHost *:443>
    ServerName shop.example
</VirtualHost>
```
A `Listen` that says `http` means it:
```apache good
Listen 443 http
<VirtualHost *:443>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
Browsers that ask for `https` get an error. Everything that is sent to this port all the same goes over
the line in clear, and firewalls and logs take it for TLS.

## When to ignore it
Where a proxy in front has already taken TLS off: then say so with `Listen 443 http`.

## How to fix it
`SSLEngine on`, with a certificate. httpd itself says nothing of it when it starts.
)md";

bool is_https(const Snapshot& snapshot, const conf::Server& server) {
  const auto& listeners = snapshot.servers.listeners;
  return std::any_of(server.addresses.begin(), server.addresses.end(),
                     [&](const conf::Address& address) {
                       bool listened = false;
                       for (const conf::Listener& listener : listeners) {
                         if (listener.address.port != address.port) continue;
                         listened = true;
                         if (listener.protocol == "https") return true;
                         if (listener.protocol.empty() && address.port == 443) return true;
                       }
                       return !listened && listeners.empty() && address.port == 443;
                     });
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.config.has_module("ssl_module")) return;
  for (const conf::Server& server : snapshot.servers.virtual_hosts()) {
    if (speaks_tls(snapshot, server) || !is_https(snapshot, server)) continue;
    const auto written = server.own("SSLEngine");
    if (written.empty()) {
      report
          .find_missing(server, fmt::format("{} speaks plain HTTP at a port for TLS", server.label))
          .fix("switch TLS on, with a certificate", FixRisk::decision);
    } else {
      report
          .find(*written.back(), 0,
                fmt::format("{} speaks plain HTTP at a port for TLS", server.label))
          .fix("switch TLS on", FixRisk::careful, "httpd does not start without a certificate here")
          .replace_word(*written.back(), 0, "on");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "tls-port-without-engine",
    .severity = Severity::medium,
    .title = "A port that should speak TLS speaks plain HTTP",
    .references = {"CWE-319"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::tls_port_without_engine
