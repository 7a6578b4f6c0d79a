#include "rules/reporter.h"
#include "rules/support/missing_header.h"

namespace stockade::rules::content_security_policy_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server sends no `Content-Security-Policy`. What a policy must allow only the application's makers
know, so this is a matter for a strict run, and there is no ready-made fix.

```apache bad
#^ top
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Header always set Content-Security-Policy "default-src 'self'"
</VirtualHost>
<VirtualHost *:80>
#^
    ServerName wiki.example
</VirtualHost>
```
```apache good
Header always set Content-Security-Policy "default-src 'self'; frame-ancestors 'self'"
```
```apache good
Listen 80
<VirtualHost *:80>
    Redirect permanent / https://shop.example/
</VirtualHost>
```

## Why it matters
A policy says from where a page may load scripts. When somebody gets a script into a page after all,
the browser does not run it.

## When to ignore it
Where the application sends a policy of its own, which is the better place: it knows its scripts.

## How to fix it
Begin with `Content-Security-Policy-Report-Only`, read what browsers would have refused, then make it
binding: `Header always set Content-Security-Policy "default-src 'self'"` and what the site needs.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  const size_t before = report.findings().size();
  report_missing_header(snapshot, report,
                        {.name = "Content-Security-Policy", .line = "", .summary = ""});
  for (size_t i = before; i < report.findings().size(); ++i) {
    report.findings()[i].fix =
        Fix{"write a policy with the application's makers, report-only at first",
            FixRisk::decision,
            "",
            {}};
  }
}

}  // namespace

extern const Rule kRule{
    .id = "content-security-policy-missing",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "No policy limits which scripts a page may run",
    .references = {"CWE-693"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::content_security_policy_missing
