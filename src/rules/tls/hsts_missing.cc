#include "rules/reporter.h"
#include "rules/support/missing_header.h"
#include "rules/support/servers.h"

namespace stockade::rules::hsts_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server that speaks TLS sends no `Strict-Transport-Security`. Where none does, it is reported once, at
the main server. An application may send the header itself; a look from outside decides.

```apache bad
#^ top
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
Header always set Strict-Transport-Security "max-age=63072000" "expr=%{HTTPS} == 'on'"
```
```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Header always set Strict-Transport-Security "max-age=63072000"
</VirtualHost>
<VirtualHost *:443>
#^
    ServerName wiki.example
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Header always set Strict-Transport-Security "max-age=63072000"
</VirtualHost>
<VirtualHost *:443>
    ServerName wiki.example
    SSLEngine on
    Header always set Strict-Transport-Security "max-age=63072000" "expr=%{HTTPS} == 'on'"
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Header always set Strict-Transport-Security "max-age=63072000"
</VirtualHost>
```
Over plain HTTP browsers do not listen to it:
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
Who types `shop.example` asks over plain HTTP first, and somebody on the same wireless network answers
in the shop's place. With the header the browser asks over TLS from the second visit on.

## When to ignore it
For a name that must stay reachable without TLS, or while the certificate is not yet renewed by itself:
browsers keep to the header for as long as it says, and let nobody click a warning away.

## How to fix it
Begin with a short time (`max-age=300`), then raise it to two years. `includeSubDomains` only when
every name below this one has TLS.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  report_missing_header(
      snapshot, report,
      {.name = "Strict-Transport-Security",
       .line = R"(Header always set Strict-Transport-Security "max-age=63072000" )"
               R"("expr=%{HTTPS} == 'on'")",
       .summary = "tell browsers to use TLS only, for two years",
       .risk = FixRisk::careful,
       .breaks =
           "names that are also needed without TLS; there is no way back until the time is up",
       .exempt = [&](const conf::Server& server) { return !speaks_tls(snapshot, server); }});
}

}  // namespace

extern const Rule kRule{
    .id = "hsts-missing",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "Browsers are not told to use TLS only",
    .references = {"CIS 7.12", "CWE-319", "RFC 6797"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::hsts_missing
