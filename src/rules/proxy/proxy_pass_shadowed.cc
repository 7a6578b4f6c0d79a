#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::proxy_pass_shadowed {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `ProxyPass` stands behind another one whose prefix takes its URLs already. httpd goes through them in
the order they are read, those of the main server first, and the first that fits decides. The later
target, or the later exception `!`, is never used.

```apache bad
ProxyPass "/" "http://127.0.0.1:8080/"
ProxyPass "/private" "!"
#^
```
```apache fixed
ProxyPass "/private" "!"
ProxyPass "/" "http://127.0.0.1:8080/"
```
```apache bad
Listen 80
ProxyPass "/api" "http://127.0.0.1:8081"
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass "/api/admin" "http://127.0.0.1:8082"
    #^
</VirtualHost>
```
```apache good
ProxyPass "/private" "!"
ProxyPass "/api/admin" "http://127.0.0.1:8082"
ProxyPass "/api" "http://127.0.0.1:8081"
```
`/api` takes whole segments, and in `<Location>` the order does not count:
```apache good
ProxyPass "/api" "http://127.0.0.1:8081"
ProxyPass "/api2" "http://127.0.0.1:8082"
<Location "/app">
    ProxyPass "http://127.0.0.1:8083"
</Location>
<Location "/app/admin">
    ProxyPass "http://127.0.0.1:8084"
</Location>
```

## Why it matters
An exception that should keep a folder here is sent to the backend instead, with whatever the backend
does at that address; requests for one backend end at another one.

## When to ignore it
Where both lines lead to the same place in the end.

## How to fix it
Put the longer prefixes and the exceptions first.
)md";

using Prefixes = std::unordered_map<std::string, const conf::Directive*>;

// Without a slash at the end; the root is "".
std::string prefix_of(const conf::Directive& d) {
  std::string prefix(d.arg(0));
  while (prefix.ends_with('/')) prefix.pop_back();
  return prefix;
}

const conf::Directive* taker_of(const Prefixes& earlier, std::string prefix) {
  for (;;) {
    if (const auto found = earlier.find(prefix); found != earlier.end()) return found->second;
    const size_t slash = prefix.rfind('/');
    if (slash == std::string::npos) return nullptr;
    prefix.resize(slash);
  }
}

// Whether the earlier line sends the later one's URLs to the same place.
bool same_target(const conf::Directive& earlier, const conf::Directive& later) {
  if (earlier.arg(1) == "!" || later.arg(1) == "!") return earlier.arg(1) == later.arg(1);
  const std::string_view rest =
      later.arg(0).substr(std::min(later.arg(0).size(), earlier.arg(0).size()));
  return fmt::format("{}{}", earlier.arg(1), rest) == later.arg(1);
}

bool is_mapping(const conf::Directive& d) {
  return d.words.size() >= 2 && d.arg(0).starts_with('/');
}

void judge(const conf::Directive& d, Prefixes& earlier, Reporter& report, bool foreign) {
  const std::string prefix = prefix_of(d);
  const conf::Directive* taker = taker_of(earlier, prefix);
  if (taker == nullptr) {
    earlier.emplace(prefix, &d);
    return;
  }
  if (same_target(*taker, d)) return;
  Draft draft = report.find(d, fmt::format("never used: the earlier ProxyPass {} takes {} already",
                                           taker->arg(0), d.arg(0)));
  draft.evidence(*taker, foreign ? "of the main server, which comes first" : "comes first");
  draft.fix("put this line first", FixRisk::careful,
            fmt::format("requests for {} are answered from elsewhere than today", d.arg(0)));
  if (foreign) return;
  draft.remove(d).insert_before(*taker, fmt::format("{} {}", d.name, d.args));
}

void check(const Snapshot& snapshot, Reporter& report) {
  Prefixes main;
  for (const conf::Directive* d : snapshot.servers.main().own("ProxyPass")) {
    if (is_mapping(*d)) judge(*d, main, report, false);
  }
  for (const conf::Server& host : snapshot.servers.virtual_hosts()) {
    Prefixes own;
    for (const conf::Directive* d : host.own("ProxyPass")) {
      if (!is_mapping(*d)) continue;
      const conf::Directive* taker = taker_of(main, prefix_of(*d));
      if (taker != nullptr) {
        Prefixes before{{prefix_of(*taker), taker}};
        judge(*d, before, report, true);
      } else {
        judge(*d, own, report, false);
      }
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-pass-shadowed",
    .severity = Severity::medium,
    .title = "A ProxyPass is never used: an earlier one takes its URLs",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_pass_shadowed
