#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::request_limits_too_small {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A limit is so small that ordinary browsers are refused: a request line below 2048 bytes, a header below
4096 bytes, fewer than 30 headers. Such numbers come from hardening lists.

```apache bad
LimitRequestLine 512
#                ^
LimitRequestFieldSize 1024
#                     ^
```
```apache fixed
LimitRequestLine 8190
LimitRequestFieldSize 8190
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    LimitRequestFields 20
    #                  ^
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    LimitRequestFields 100
</VirtualHost>
```
```apache good
LimitRequestLine 4094
LimitRequestFieldSize 8190
LimitRequestFields 100
```
```apache good
ServerName www.example.org
```

## Why it matters
A page with a long search, a login with a signed token or a few cookies of an analytics service go above
them; the visitor gets "Bad Request" and nobody can say when. An attacker needs no long header.

## When to ignore it
Where programs of your own are the only clients, or a benchmark must be met to the letter.

## How to fix it
Leave httpd's defaults: 8190 bytes for the line and for each header, 100 headers.
)md";

struct Limit {
  std::string_view directive;
  int64_t least;
  std::string_view standard;
};
constexpr std::array<Limit, 3> kLimits = {{{"LimitRequestLine", 2048, "8190"},
                                           {"LimitRequestFieldSize", 4096, "8190"},
                                           {"LimitRequestFields", 30, "100"}}};

void judge(const Snapshot& snapshot, const Limit& limit, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, limit.directive)) {
    const auto value = parse_number(d->arg(0));
    if (!value || *value >= limit.least || *value == 0) continue;
    report.find(*d, 0, fmt::format("{} refuses ordinary requests at {}", limit.directive, *value))
        .fix("set httpd's own default")
        .replace_word(*d, 0, std::string(limit.standard));
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Limit& limit : kLimits) judge(snapshot, limit, report);
}

}  // namespace

extern const Rule kRule{
    .id = "request-limits-too-small",
    .severity = Severity::low,
    .title = "A limit is so small that ordinary browsers are refused",
    .references = {},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::request_limits_too_small
