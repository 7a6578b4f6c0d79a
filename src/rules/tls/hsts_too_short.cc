#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"

namespace stockade::rules::hsts_too_short {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Strict-Transport-Security` with a `max-age` below half a year (15768000 seconds), or without one that
browsers understand.

```apache bad
Header always set Strict-Transport-Security "max-age=86400"
#                                           ^~~~~~~~~~~~~~~
```
```apache bad
Header always set Strict-Transport-Security "includeSubDomains"
#                                           ^~~~~~~~~~~~~~~~~~~
```
```apache good
Header always set Strict-Transport-Security "max-age=63072000; includeSubDomains"
```
Zero takes the promise back, which is a decision:
```apache good
Header always set Strict-Transport-Security "max-age=0"
```
```apache good
Header always set Strict-Transport-Security max-age=31536000
```

## Why it matters
A browser that comes back after the time is up asks over plain HTTP again, and somebody on the line may
answer. Without `max-age` the whole header counts for nothing.

## When to ignore it
In the first weeks, while the time is raised step by step.

## How to fix it
`Header always set Strict-Transport-Security "max-age=63072000"`: two years. Raise it once everything
works; browsers let nobody go back before the time is up.
)md";

constexpr int64_t kHalfAYear = 15768000;

std::optional<int64_t> max_age(std::string_view value) {
  for (std::string_view part : split(value, ';')) {
    part = trim(part);
    if (!starts_with_ignoring_case(part, "max-age")) continue;
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view number = trim(part.substr(equals + 1));
    if (number.starts_with('"') && number.ends_with('"') && number.size() > 1) {
      number = number.substr(1, number.size() - 2);
    }
    return parse_number(number);
  }
  return std::nullopt;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("Header")) {
    const auto line = header_line(*d);
    if (!line || !equals_ignoring_case(line->name, "Strict-Transport-Security")) continue;
    const bool replaces = equals_ignoring_case(line->action, "set") ||
                          equals_ignoring_case(line->action, "setifempty");
    // A value that httpd puts together for each request is not known.
    if (!replaces || line->value.find('%') != std::string_view::npos) continue;
    const auto age = max_age(line->value);
    if (age && (*age >= kHalfAYear || *age == 0)) continue;
    report
        .find(*d, line->name_word + 1,
              age ? fmt::format("browsers keep to TLS for {} days only", *age / 86400)
                  : "without a max-age browsers ignore the header")
        .fix("raise max-age to 63072000, step by step", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "hsts-too-short",
    .severity = Severity::low,
    .title = "Browsers are told to use TLS only for a short time",
    .references = {"CIS 7.12", "CWE-319", "RFC 6797"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::hsts_too_short
