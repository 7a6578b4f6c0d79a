#include "rules/reporter.h"
#include "rules/support/missing_header.h"

namespace stockade::rules::referrer_policy_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server sends no `Referrer-Policy`. Today's browsers then tell other sites only the name of this one
(`strict-origin-when-cross-origin`); the header fixes that for all of them. A matter for a strict run.

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
Header always set Referrer-Policy strict-origin-when-cross-origin
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Header always set Referrer-Policy same-origin
</VirtualHost>
<VirtualHost *:80>
#^
    ServerName wiki.example
    Header always unset Referrer-Policy
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Header always set Referrer-Policy same-origin
</VirtualHost>
<VirtualHost *:80>
    ServerName wiki.example
    Header always unset Referrer-Policy
    Header always set Referrer-Policy strict-origin-when-cross-origin
</VirtualHost>
```
```apache good
Header always set Referrer-Policy no-referrer
```
```apache good
Listen 80
<VirtualHost *:80>
    Redirect permanent / https://shop.example/
</VirtualHost>
```

## Why it matters
Addresses of pages hold search words, order numbers and reset links. An older browser tells them to
every site that a page links to or loads a picture from.

## When to ignore it
Where pages set the policy themselves, or every visitor's browser is a new one.

## How to fix it
`Header always set Referrer-Policy strict-origin-when-cross-origin` in the main server; `same-origin`
where nobody outside needs to know where visitors come from.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  report_missing_header(
      snapshot, report,
      {.name = "Referrer-Policy",
       .line = "Header always set Referrer-Policy strict-origin-when-cross-origin",
       .summary = "tell other sites no more than this site's name"});
}

}  // namespace

extern const Rule kRule{
    .id = "referrer-policy-missing",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "Old browsers tell other sites the full address of each page",
    .references = {"CWE-200"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::referrer_policy_missing
