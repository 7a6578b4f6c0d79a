#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::connection_limits_above_cis {
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

void judge_timeout(const conf::Directive* d, Reporter& report) {
  if (d == nullptr) {
    report.find_missing("Timeout is not set, and httpd's default is 60")
        .benchmark_id("CIS 9.1")
        .fix("set Timeout to 10", FixRisk::decision);
  } else if (const auto value = parse_number(d->arg(0)); value && *value > kTimeout) {
    report.find(*d, 0, fmt::format("Timeout is {}, above the benchmark's 10", *value))
        .benchmark_id("CIS 9.1")
        .fix("set Timeout to 10", FixRisk::decision);
  }
}

void judge_requests(const conf::Directive& d, Reporter& report) {
  const auto count = parse_number(d.arg(0));
  if (!count || *count <= 0 || *count >= kRequests) return;
  report.find(d, 0, fmt::format("only {} requests a connection", *count))
      .benchmark_id("CIS 9.3")
      .fix("set MaxKeepAliveRequests to 100 or more", FixRisk::decision);
}

void judge_idle_time(const conf::Directive& d, Reporter& report) {
  const auto seconds = seconds_of(d.arg(0));
  if (!seconds || *seconds <= kKeepAlive) return;
  report.find(d, 0, fmt::format("an idle connection is kept for {} seconds", *seconds))
      .benchmark_id("CIS 9.4")
      .fix("set KeepAliveTimeout to 15 or less", FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(snapshot, "Timeout")) {
    judge_timeout(setting.directive, report);
  }
  for (const Setting& setting : settings_of(snapshot, "KeepAlive")) {
    if (setting.directive == nullptr || !is_off(*setting.directive)) continue;
    report.find(*setting.directive, 0, "KeepAlive is off")
        .benchmark_id("CIS 9.2")
        .fix("set KeepAlive On", FixRisk::decision);
  }
  for (const Setting& setting : settings_of(snapshot, "MaxKeepAliveRequests")) {
    if (setting.directive != nullptr) judge_requests(*setting.directive, report);
  }
  for (const Setting& setting : settings_of(snapshot, "KeepAliveTimeout")) {
    if (setting.directive != nullptr) judge_idle_time(*setting.directive, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "connection-limits-above-cis",
    .severity = Severity::low,
    .title = "Settings about connections differ from the CIS benchmark",
    .references = {"CIS 9.1", "CIS 9.2", "CIS 9.3", "CIS 9.4", "CWE-400"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::connection_limits_above_cis
