#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/authz.h"
#include "rules/support/servers.h"

namespace stockade::rules::open_forward_proxy {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`ProxyRequests On` makes a server fetch whatever address a client names, and no `<Proxy *>` section
limits who may ask. Servers that listen on the loopback address only are left out, and so are those
without a module that fetches (proxy_http, proxy_connect, proxy_ftp).

```apache bad
Listen 3128
ProxyRequests On
#             ^~
```
```apache fixed
Listen 3128
ProxyRequests Off
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName www.example.org
    ProxyRequests On
    #             ^~
    <Proxy "*">
        Require all granted
    </Proxy>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName www.example.org
    ProxyRequests Off
    <Proxy "*">
        Require all granted
    </Proxy>
</VirtualHost>
```
```apache good
Listen 3128
ProxyRequests On
<Proxy "*">
    Require ip 192.0.2.0/24
</Proxy>
```
```apache good
Listen 127.0.0.1:3128
ProxyRequests On
```
A reverse proxy needs no `ProxyRequests`:
```apache good
Listen 80
ProxyPass "/app/" "http://127.0.0.1:8080/"
```
```apache good
#: not-checked
Listen 3128
ProxyRequests On
<ProxyMatch "^http://intern\.">
    Require ip 192.0.2.0/24
</ProxyMatch>
```

## Why it matters
Within hours strangers send their traffic through it: attacks and fraud come from your address, and the
machines behind your firewall are reached through the server.

## When to ignore it
Where a firewall lets nobody but your own clients reach the port; a `<Proxy>` section then costs nothing.

## How to fix it
Set `ProxyRequests Off`; `ProxyPass` and `[P]` work without it. If a forward proxy is wanted, say who may
use it: `<Proxy "*">` with `Require ip`.
)md";

bool can_fetch(const Snapshot& snapshot) {
  return snapshot.config.has_module("proxy_module") &&
         (snapshot.config.has_module("proxy_http_module") ||
          snapshot.config.has_module("proxy_connect_module") ||
          snapshot.config.has_module("proxy_ftp_module"));
}

bool is_loopback(std::string_view host) { return host.starts_with("127.") || host == "::1"; }

bool only_loopback(const Snapshot& snapshot) {
  const auto& listeners = snapshot.servers.listeners;
  return !listeners.empty() &&
         std::all_of(listeners.begin(), listeners.end(), [](const conf::Listener& listener) {
           return is_loopback(listener.address.host);
         });
}

enum class Guard { none, some, unknown };

void look_at(const conf::Server& server, Guard& guard) {
  for (const conf::Directive* section : server.sections("Proxy")) {
    const std::string_view target = section->arg(0);
    for (const auto& answer : {required_in(*section), allowed_in(*section)}) {
      if (!answer) continue;
      const bool closed = answer->access != Access::granted;
      if (target == "*") guard = closed ? Guard::some : Guard::none;
      if (target != "*" && closed && guard == Guard::none) guard = Guard::unknown;
    }
  }
  for (std::string_view kind : {"ProxyMatch", "Location", "LocationMatch", "If"}) {
    for (const conf::Directive* section : server.sections(kind)) {
      const auto answer = required_in(*section);
      const bool closed = answer && answer->access != Access::granted;
      const bool whole = kind == "ProxyMatch" || section->arg(0) == "/";
      if (closed && whole && guard == Guard::none) guard = Guard::unknown;
    }
  }
}

Guard guard_of(const conf::Server& server) {
  Guard guard = Guard::none;
  look_at(*server.main, guard);
  if (!server.is_main()) look_at(server, guard);
  return guard;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!can_fetch(snapshot) || only_loopback(snapshot)) return;
  for (const Setting& setting : settings_of(snapshot, "ProxyRequests")) {
    if (setting.directive == nullptr || !is_on(*setting.directive)) continue;
    std::vector<const conf::Server*> open;
    for (const conf::Server* server : setting.servers) {
      const Guard guard = guard_of(*server);
      if (guard == Guard::none) open.push_back(server);
      if (guard == Guard::unknown) {
        report.not_checked(fmt::format("who may use {} as a proxy", server->label),
                           "its sections limit some addresses in a way that was not decided");
      }
    }
    if (open.empty()) continue;
    report
        .find(*setting.directive, 0,
              fmt::format("any address is fetched for anybody by {}", names_of(open)))
        .example("curl -x http://127.0.0.1:80 http://example.org/")
        .fix("switch the forward proxy off", FixRisk::careful,
             "clients that use this server as their proxy")
        .replace_word(*setting.directive, 0, "Off");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "open-forward-proxy",
    .severity = Severity::critical,
    .title = "Anybody can use this server as a proxy to anywhere",
    .references = {"CIS 2.6", "STIG AS24-U1-000260", "CWE-441"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::open_forward_proxy
