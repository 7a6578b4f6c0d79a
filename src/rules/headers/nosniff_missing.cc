#include "rules/reporter.h"
#include "rules/support/missing_header.h"

namespace stockade::rules::nosniff_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server that hands out content sends no `X-Content-Type-Options: nosniff`. Where every server lacks
it, it is reported once, at the main server. An application may send the header itself; only a look
from outside decides.

```apache bad
#^ top
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
Header always set X-Content-Type-Options nosniff
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Header always set X-Content-Type-Options nosniff
</VirtualHost>
<VirtualHost *:80>
#^
    ServerName files.example
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Header always set X-Content-Type-Options nosniff
</VirtualHost>
<VirtualHost *:80>
    ServerName files.example
    Header always set X-Content-Type-Options nosniff
</VirtualHost>
```
```apache bad
#: without headers_module
#^ top
Listen 80
```
```apache good
Header always set X-Content-Type-Options nosniff
```
A server that only sends its visitors elsewhere needs none:
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Redirect permanent / https://shop.example/
</VirtualHost>
```
A line in a section covers a part; whether that is enough is not decided here:
```apache good
#: not-checked
Listen 80
<Location /files>
    Header always set X-Content-Type-Options nosniff
</Location>
```

## Why it matters
Without the header a browser may take an uploaded text or picture for a script, against the type that
the server names. With it, a wrong `Content-Type` is a broken page instead of a hole.

## When to ignore it
Where an application or a proxy in front sends the header in every response.

## How to fix it
`Header always set X-Content-Type-Options nosniff` in the main server. `always` covers error pages
too. Scripts and style sheets that are sent as `text/plain` stop working: correct their type.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  report_missing_header(snapshot, report,
                        {.name = "X-Content-Type-Options",
                         .line = "Header always set X-Content-Type-Options nosniff",
                         .summary = "send nosniff in every response",
                         .risk = FixRisk::careful,
                         .breaks = "scripts and style sheets that are sent with a wrong type"});
}

}  // namespace

extern const Rule kRule{
    .id = "nosniff-missing",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "Browsers may take a served file for something else than its type says",
    .references = {"CWE-430", "CWE-693"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::nosniff_missing
