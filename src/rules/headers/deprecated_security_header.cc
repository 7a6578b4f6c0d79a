#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"

namespace stockade::rules::deprecated_security_header {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A response header that was meant to protect and is of no use today, or does harm: `X-XSS-Protection`
with its filter switched on, `Public-Key-Pins`, `Expect-CT`. Older hardening guides still ask for
them.

```apache bad
Header always set X-XSS-Protection "1; mode=block"
#                 ^~~~~~~~~~~~~~~~
```
```apache fixed
```
```apache bad
<VirtualHost *:80>
    ServerName shop.example
    Header set Public-Key-Pins "pin-sha256=\"AAAA\"; max-age=5184000"
    #          ^~~~~~~~~~~~~~~
    Header set Expect-CT "max-age=86400, enforce"
    #          ^~~~~~~~~
</VirtualHost>
```
```apache fixed
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
To switch the old filter off is sound:
```apache good
Header always set X-XSS-Protection 0
```
```apache good
Header always unset Public-Key-Pins
```

## Why it matters
The filter behind `X-XSS-Protection` could be led to remove the very script that protects a page; no
current browser has it. A lost pinned key once locked every visitor out for months, so browsers took
pinning out. A header that does nothing lets an auditor believe in a protection that is not there.

## When to ignore it
Where a contract names the header and cannot be changed: it costs a few bytes. `X-XSS-Protection`
should then be `0`.

## How to fix it
Remove the line. What these headers were for, a `Content-Security-Policy` does now.
)md";

struct Obsolete {
  std::string_view name;
  std::string_view reason;
};
constexpr std::array<Obsolete, 4> kObsolete = {
    {{"X-XSS-Protection", "browsers dropped the filter, which could be turned against the page"},
     {"Public-Key-Pins", "browsers dropped key pinning"},
     {"Public-Key-Pins-Report-Only", "browsers dropped key pinning"},
     {"Expect-CT", "browsers require the transparency logs anyway"}}};

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("Header")) {
    const auto line = header_line(*d);
    if (!line || !line->sets()) continue;
    for (const Obsolete& header : kObsolete) {
      if (!equals_ignoring_case(line->name, header.name)) continue;
      if (header.name == "X-XSS-Protection" && trim(line->value).starts_with('0')) continue;
      report
          .find(*d, line->name_word, fmt::format("{} is obsolete: {}", header.name, header.reason))
          .fix("remove the header")
          .remove(*d);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "deprecated-security-header",
    .severity = Severity::low,
    .title = "A response header protects nobody any more",
    .references = {"CWE-1104"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::deprecated_security_header
