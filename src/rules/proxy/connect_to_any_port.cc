#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::connect_to_any_port {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`AllowCONNECT` lets clients of a forward proxy open tunnels to ports that carry no TLS, or to a wide
range. Without the directive 443 and 563 are allowed.

```apache bad
Listen 3128
ProxyRequests On
AllowCONNECT 443 22 25
#                ^  ^
<Proxy "*">
    Require ip 192.0.2.0/24
</Proxy>
```
```apache fixed
Listen 3128
ProxyRequests On
AllowCONNECT 443
<Proxy "*">
    Require ip 192.0.2.0/24
</Proxy>
```
```apache bad
Listen 3128
ProxyRequests On
AllowCONNECT 1-65535
#            ^
<Proxy "*">
    Require ip 192.0.2.0/24
</Proxy>
```
```apache good
Listen 3128
ProxyRequests On
AllowCONNECT 443 8443
<Proxy "*">
    Require ip 192.0.2.0/24
</Proxy>
```
Where no server is a forward proxy nothing is tunnelled:
```apache good
AllowCONNECT 1-65535
ProxyPass "/app/" "http://127.0.0.1:8080/"
```

## Why it matters
A tunnel is a plain TCP connection: to port 25 it sends mail in your name, to port 22 or 5432 it tries
passwords inside your network, and the log shows a host name and nothing else.

## When to ignore it
Where the clients are trusted and need just that port; then limit the hosts with `<Proxy>` too.

## How to fix it
Name the ports that TLS services really use: `AllowCONNECT 443`.
)md";

constexpr int64_t kWidest = 10;  // ports that a range may span
constexpr int64_t kFirstFreePort = 1024;
constexpr std::array<int64_t, 3> kTlsPorts = {443, 563, 853};
constexpr std::array<int64_t, 7> kPlainPorts = {1433, 3306, 3389, 5432, 5900, 6379, 11211};

bool is_plain(int64_t port) {
  const auto is = [&](int64_t known) { return known == port; };
  if (std::any_of(kPlainPorts.begin(), kPlainPorts.end(), is)) return true;
  return port < kFirstFreePort && std::none_of(kTlsPorts.begin(), kTlsPorts.end(), is);
}

bool is_too_much(std::string_view word) {
  const size_t dash = word.find('-');
  const auto first = parse_number(word.substr(0, dash));
  if (!first) return false;
  if (dash == std::string_view::npos) return is_plain(*first);
  const auto last = parse_number(word.substr(dash + 1));
  return last && (*last - *first >= kWidest || is_plain(*first) || is_plain(*last));
}

bool any_forward_proxy(const Snapshot& snapshot) {
  const auto all = snapshot.config.all("ProxyRequests");
  return snapshot.config.has_module("proxy_connect_module") &&
         std::any_of(all.begin(), all.end(), [](const conf::Directive* d) {
           return equals_ignoring_case(d->arg(0), "On");
         });
}

std::string without_plain_ports(const conf::Directive& d) {
  std::string kept;
  for (const conf::Word& word : d.words) {
    if (!is_too_much(word.text)) kept += fmt::format(" {}", word.text);
  }
  return kept;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!any_forward_proxy(snapshot)) return;
  for (const conf::Directive* d : snapshot.config.all("AllowCONNECT")) {
    const std::string kept = without_plain_ports(*d);
    bool first = true;
    for (size_t i = 0; i < d->words.size(); ++i) {
      if (!is_too_much(d->arg(i))) continue;
      Draft draft =
          report.find(*d, i, fmt::format("clients may open tunnels to port {}", d->arg(i)));
      draft.fix("leave the ports that carry TLS", FixRisk::careful,
                "clients that use the other ports");
      if (first && !kept.empty()) draft.replace(*d, fmt::format("{}{}", d->name, kept));
      first = false;
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "connect-to-any-port",
    .severity = Severity::medium,
    .title = "The proxy opens tunnels to ports that carry no TLS",
    .references = {"CWE-441"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::connect_to_any_port
