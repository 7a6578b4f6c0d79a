#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::tls_compression_on {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`SSLCompression on` compresses inside TLS. The default is off, and with an OpenSSL that cannot do it, as
most are built today, httpd refuses the line and does not start.

```apache bad
#: unjudged OpenSSL without compression refuses the line
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCompression on
    #              ^~
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCompression off
</VirtualHost>
```
A value in the main server holds for every virtual host without its own:
```apache bad
#: unjudged OpenSSL without compression refuses the line
Listen 443
SSLCompression on
#              ^~
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
SSLCompression off
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
SSLCompression off
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```

## Why it matters
The length of what is compressed tells what is in it. A page that makes the browser send many requests
guesses a cookie letter by letter (CRIME).

## When to ignore it
Where nothing secret is ever sent over the connection. Compress content with mod_deflate instead.

## How to fix it
Set `SSLCompression off`, or remove the line.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(tls_servers(snapshot), "SSLCompression")) {
    if (setting.directive == nullptr || !is_on(*setting.directive)) continue;
    report
        .find(*setting.directive, 0,
              fmt::format("compression inside TLS is switched on at {}", names_of(setting.servers)))
        .fix("switch it off")
        .replace_word(*setting.directive, 0, "off");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "tls-compression-on",
    .severity = Severity::medium,
    .title = "Compression inside TLS gives cookies away",
    .references = {"CIS 7.7", "STIG AS24-U2-000870", "CVE-2012-4929", "CWE-310"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::tls_compression_on
