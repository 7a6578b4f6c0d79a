#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::insecure_renegotiation_on {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`SSLInsecureRenegotiation on` lets clients negotiate a connection anew without proof that it is still
the same one. The default is off.

```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLInsecureRenegotiation on
    #                        ^~
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLInsecureRenegotiation off
</VirtualHost>
```
A value in the main server holds for every virtual host without its own:
```apache bad
Listen 443
SSLInsecureRenegotiation on
#                        ^~
<VirtualHost *:443>
    ServerName a.example
    SSLEngine on
</VirtualHost>
<VirtualHost *:443>
    ServerName b.example
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 443
SSLInsecureRenegotiation off
<VirtualHost *:443>
    ServerName a.example
    SSLEngine on
</VirtualHost>
<VirtualHost *:443>
    ServerName b.example
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 443
SSLInsecureRenegotiation off
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```

## Why it matters
Somebody on the line opens the connection, sends the beginning of a request and hands it over to the
visitor's browser: the visitor's cookie is then sent with the stranger's request.

## When to ignore it
Never on a network that others use. Every client since 2010 knows the safe form.

## How to fix it
Set `SSLInsecureRenegotiation off`, or remove the line.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(tls_servers(snapshot), "SSLInsecureRenegotiation")) {
    if (setting.directive == nullptr || !is_on(*setting.directive)) continue;
    report
        .find(*setting.directive, 0,
              fmt::format("clients may renegotiate without the proof of RFC 5746 at {}",
                          names_of(setting.servers)))
        .fix("switch it off")
        .replace_word(*setting.directive, 0, "off");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "insecure-renegotiation-on",
    .severity = Severity::high,
    .title = "A stranger on the line can put his own request in front of a visitor's",
    .references = {"CIS 7.6", "CVE-2009-3555", "CWE-300", "RFC 5746"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::insecure_renegotiation_on
