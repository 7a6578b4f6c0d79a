#include <fmt/format.h>

#include <unordered_map>
#include <vector>

#include "rules/reporter.h"

namespace stockade::rules::virtual_host_without_listen {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A virtual host stands on an address and port on which no `Listen` waits: no request can reach it.

```apache bad
Listen 80
<VirtualHost *:443>
#            ^
    ServerName shop.example
</VirtualHost>
```
```apache bad
Listen 127.0.0.1:8080
Listen 80
<VirtualHost 192.0.2.1:8080>
#            ^
    ServerName admin.example
</VirtualHost>
```
```apache good
Listen 80
Listen 443
<VirtualHost *:80 *:443>
    ServerName shop.example
</VirtualHost>
```
A host without a port takes requests of every port:
```apache good
Listen 8080
<VirtualHost 192.0.2.1>
    ServerName shop.example
</VirtualHost>
```
Both `Listen` and the virtual host may name one address or all of them:
```apache good
Listen 192.0.2.1:80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
What the virtual host says is in force nowhere. Often the `Listen 443` was lost together with the
module's own file, and the site is reached without encryption only.

## When to ignore it
Where the port is opened on some machines that share this file.

## How to fix it
Add the `Listen`, or remove the virtual host or the address.
)md";

// The hosts that a Listen waits on, by port.
using Listening = std::unordered_map<uint16_t, std::vector<std::string_view>>;

bool is_address(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos ||
         host.find(':') != std::string_view::npos;
}

bool is_any(std::string_view host) { return host == "*" || host == "0.0.0.0" || host == "::"; }

bool listened(const Listening& listening, const conf::Address& address) {
  if (address.port == 0) return true;
  const auto found = listening.find(address.port);
  if (found == listening.end()) return false;
  // A name stands for addresses that only the machine's resolver knows.
  if (address.wildcard() || !is_address(address.host)) return true;
  for (const std::string_view host : found->second) {
    if (is_any(host) || !is_address(host) || host == address.host) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.servers.listeners.empty()) return;
  Listening listening;
  for (const conf::Listener& listener : snapshot.servers.listeners) {
    listening[listener.address.port].push_back(listener.address.host);
  }
  for (const conf::Server& host : snapshot.servers.virtual_hosts()) {
    for (size_t i = 0; i < host.section->words.size(); ++i) {
      const auto address = conf::parse_address(host.section->arg(i));
      if (!address || listened(listening, *address)) continue;
      report
          .find(*host.section, i,
                fmt::format("no Listen waits on {}, so nothing reaches {}", host.section->arg(i),
                            host.label))
          .server(host);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "virtual-host-without-listen",
    .severity = Severity::medium,
    .title = "A virtual host stands on a port that nobody listens on",
    .references = {"CWE-561"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::virtual_host_without_listen
