#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::http2_limits_weak {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
HTTP/2 is on, and a client may have more than 1000 requests open in one connection
(`H2MaxSessionStreams`; the default is 100), or have httpd hold more than 16 MiB for one of them
(`H2WindowSize`; the default is 64 KiB).

```apache bad
Protocols h2 http/1.1
H2MaxSessionStreams 10000
#                   ^
```
```apache fixed
Protocols h2 http/1.1
H2MaxSessionStreams 100
```
```apache bad
Protocols h2 http/1.1
H2WindowSize 1073741824
#            ^
```
```apache fixed
Protocols h2 http/1.1
H2WindowSize 65535
```
```apache good
Protocols h2 http/1.1
H2MaxSessionStreams 200
```
Without HTTP/2 the numbers mean nothing:
```apache good
H2MaxSessionStreams 10000
```

## Why it matters
One connection from one address then does what a thousand connections did; limits on connections per
address do not help.

## When to ignore it
Behind a proxy of your own that joins many users into one connection.

## How to fix it
Leave the defaults.
)md";

struct Limit {
  std::string_view directive;
  int64_t most;
  std::string_view standard;
};
constexpr Limit kLimits[] = {{"H2MaxSessionStreams", 1000, "100"},
                             {"H2WindowSize", 16 * 1024 * 1024, "65535"}};

bool http2_is_on(const Snapshot& snapshot) {
  for (const conf::Directive* d : snapshot.config.all("Protocols")) {
    if (d->has_arg("h2") || d->has_arg("h2c")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.config.has_module("http2_module") || !http2_is_on(snapshot)) return;
  for (const Limit& limit : kLimits) {
    for (const conf::Directive* d : in_force(snapshot.config, limit.directive)) {
      const auto value = parse_number(d->arg(0));
      if (!value || *value <= limit.most) continue;
      report.find(*d, 0, fmt::format("{} lets one connection take much", limit.directive))
          .fix("set httpd's own default")
          .replace_word(*d, 0, std::string(limit.standard));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "http2-limits-weak",
    .severity = Severity::low,
    .title = "One HTTP/2 connection may take what a thousand others need",
    .references = {"CWE-770", "RFC 9113"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::http2_limits_weak
