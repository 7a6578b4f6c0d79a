#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A setting of the main server about connections differs from the CIS benchmark: `Timeout` above 10,
`KeepAlive` off, `MaxKeepAliveRequests` below 100, `KeepAliveTimeout` above 15. A value that is not
written counts as httpd's default, which is fine for all but `Timeout` (60).

```apache bad
Timeout 60
#       ^
```
```apache bad
Timeout 10
KeepAlive Off
#         ^
MaxKeepAliveRequests 20
#                    ^
KeepAliveTimeout 30
#                ^
```
```apache bad
ServerName www.example.org
#^ top
```
```apache good
Timeout 10
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 15
```
```apache good
Timeout 5
MaxKeepAliveRequests 0
KeepAliveTimeout 500ms
```

## Why it matters
Only for the comparison with the benchmark: short waits free workers sooner, connections that are kept
save handshakes.

## When to ignore it
`Timeout 10` cuts off every script and backend that takes longer to answer; 60 is the saner number. With
the event MPM a connection that is kept costs next to nothing.

## How to fix it
Where the benchmark must be met, set the four values, and `ProxyTimeout` for slow backends.
)md";

constexpr int64_t kTimeout = 10;  // seconds
constexpr int64_t kRequests = 100;
constexpr int64_t kKeepAlive = 15;  // seconds

// "5", "500ms" -> seconds, rounded down.
std::optional<int64_t> seconds_of(std::string_view text) {
  if (ends_with_ignoring_case(text, "ms")) {
    const auto milliseconds = parse_number(text.substr(0, text.size() - 2));
    return milliseconds ? std::optional(*milliseconds / 1000) : std::nullopt;
  }
  if (ends_with_ignoring_case(text, "s")) text.remove_suffix(1);
  return parse_number(text);
}

void check(const Snapshot& snapshot, Reporter& report) {
  const conf::Server& main = snapshot.servers.main();
  const conf::Directive* timeout = main.last("Timeout");
  if (timeout == nullptr) {
    report.find_missing("Timeout is not set, and httpd's default is 60")
        .fix("set Timeout to 10", FixRisk::decision);
  } else if (const auto value = parse_number(timeout->arg(0)); value && *value > kTimeout) {
    report.find(*timeout, 0, fmt::format("Timeout is {}, above the benchmark's 10", *value))
        .fix("set Timeout to 10", FixRisk::decision);
  }
  const conf::Directive* keep = main.last("KeepAlive");
  if (keep != nullptr && is_off(*keep)) {
    report.find(*keep, 0, "KeepAlive is off").fix("set KeepAlive On", FixRisk::decision);
  }
  const conf::Directive* requests = main.last("MaxKeepAliveRequests");
  const auto count = requests == nullptr ? std::nullopt : parse_number(requests->arg(0));
  if (count && *count > 0 && *count < kRequests) {
    report.find(*requests, 0, fmt::format("only {} requests a connection", *count))
        .fix("set MaxKeepAliveRequests to 100 or more", FixRisk::decision);
  }
  const conf::Directive* idle = main.last("KeepAliveTimeout");
  const auto seconds = idle == nullptr ? std::nullopt : seconds_of(idle->arg(0));
  if (seconds && *seconds > kKeepAlive) {
    report.find(*idle, 0, fmt::format("an idle connection is kept for {} seconds", *seconds))
        .fix("set KeepAliveTimeout to 15 or less", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kConnectionLimitsAboveCis{
    .id = "connection-limits-above-cis",
    .severity = Severity::low,
    .title = "Settings about connections differ from the CIS benchmark",
    .references = {"CIS 9.1", "CIS 9.2", "CIS 9.3", "CIS 9.4", "CWE-400"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules
