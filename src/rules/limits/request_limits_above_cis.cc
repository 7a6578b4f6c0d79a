#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::request_limits_above_cis {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A limit of a request's size is above the number that the CIS benchmark names, or not set in the main
server: 512 bytes for the request line, 100 headers, 1024 bytes for one, 102400 bytes for the body.

```apache bad
LimitRequestLine 8190
#                ^
LimitRequestFields 100
LimitRequestFieldSize 1024
LimitRequestBody 102400
```
```apache bad
#^ top
LimitRequestLine 512
LimitRequestFields 100
LimitRequestFieldSize 8190
#                     ^
```
```apache good
LimitRequestLine 512
LimitRequestFields 100
LimitRequestFieldSize 1024
LimitRequestBody 102400
```
```apache good
LimitRequestLine 256
LimitRequestFields 40
LimitRequestFieldSize 512
LimitRequestBody 4096
```

## Why it matters
Only for the comparison with the benchmark. A short limit leaves an attacker less room for long input.

## When to ignore it
Nearly always: these numbers break ordinary sites. Cookies and tokens are longer than 1024 bytes, search
pages have longer URLs than 512, and a photograph is larger than 100 KB. That is why this rule is asked
for with the CIS profile only; `request-limits-too-small` warns of the other end.

## How to fix it
Where the benchmark must be met, set all four and test every application.
)md";

struct Limit {
  std::string_view directive;
  int64_t most;
  std::string_view id;
};
constexpr std::array<Limit, 4> kLimits = {{{"LimitRequestLine", 512, "CIS 10.1"},
                                           {"LimitRequestFields", 100, "CIS 10.2"},
                                           {"LimitRequestFieldSize", 1024, "CIS 10.3"},
                                           {"LimitRequestBody", 102400, "CIS 10.4"}}};

void judge(const Limit& limit, const Setting& setting, Reporter& report) {
  const std::string summary = fmt::format("set {} to {}", limit.directive, limit.most);
  const conf::Directive* d = setting.directive;
  if (d == nullptr) {
    report.find_missing(fmt::format("{} is not set", limit.directive))
        .benchmark_id(limit.id)
        .about(std::string(limit.directive))
        .fix(summary, FixRisk::decision);
    return;
  }
  const auto value = parse_number(d->arg(0));
  if (!value || (*value > 0 && *value <= limit.most)) return;
  report
      .find(*d, 0,
            fmt::format("{} is {}, above the benchmark's {}", limit.directive, *value, limit.most))
      .benchmark_id(limit.id)
      .fix(summary, FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Limit& limit : kLimits) {
    for (const Setting& setting : settings_of(snapshot, limit.directive)) {
      judge(limit, setting, report);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "request-limits-above-cis",
    .severity = Severity::low,
    .title = "Limits of a request's size are above the CIS benchmark's",
    .references = {"CIS 10.1", "CIS 10.2", "CIS 10.3", "CIS 10.4", "CWE-770"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::request_limits_above_cis
