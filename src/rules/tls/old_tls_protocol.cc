#include <fmt/format.h>

#include <algorithm>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls.h"

namespace stockade::rules::old_tls_protocol {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server that speaks TLS leaves SSL 3, TLS 1.0 or TLS 1.1 on: its `SSLProtocol` names them, takes them
in with `all`, or is not there at all, which means `all` too. OpenSSL may refuse them by its own
settings; a look from outside decides.

```apache bad
Listen 443
<VirtualHost *:443>
    SSLEngine on
    SSLProtocol all -SSLv3
    #^
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    SSLEngine on
    SSLProtocol -all +TLSv1.2 +TLSv1.3
</VirtualHost>
```
```apache bad
#^ top
Listen 443
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
SSLProtocol -all +TLSv1.2 +TLSv1.3
```
A value in the main server holds for every virtual host without its own; it is reported once.
```apache bad
Listen 443
SSLProtocol +TLSv1.1 +TLSv1.2
#^
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
SSLProtocol -all +TLSv1.2 +TLSv1.3
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
SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```
A server that speaks no TLS needs no protocol:
```apache good
Listen 80
SSLProtocol all
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
TLS 1.0 and 1.1 sign their handshake with SHA-1 and MD5 and were withdrawn in 2021; SSL 3 gives up
cookies to whoever sits on the line. Payment rules and browsers refuse all of them.

## When to ignore it
Where devices that cannot be renewed must still connect: then on an address of their own, with an end
date.

## How to fix it
Allow what you want instead of forbidding what you know: `SSLProtocol -all +TLSv1.2 +TLSv1.3`. Once in
the main server is enough if the virtual hosts have no value of their own.
)md";

constexpr std::string_view kModern = "SSLProtocol -all +TLSv1.2 +TLSv1.3";
constexpr std::string_view kBreaks = "clients that know nothing newer than TLS 1.1";

void check(const Snapshot& snapshot, Reporter& report) {
  std::vector<const conf::Server*> servers = serving_servers(snapshot);
  std::erase_if(servers,
                [&](const conf::Server* server) { return !speaks_tls(snapshot, *server); });
  for (const Setting& setting : settings_of(servers, "SSLProtocol")) {
    const unsigned old = tls_versions(setting.directive) & kOldTls;
    if (old == 0) continue;
    const std::string message =
        fmt::format("{} offered by {}", tls_names(old), names_of(setting.servers));
    Draft draft = setting.directive != nullptr ? report.find(*setting.directive, message)
                                               : report.find_missing(message);
    draft.fix("allow TLS 1.2 and 1.3 only", FixRisk::careful, std::string(kBreaks));
    if ((old & (kSsl2 | kSsl3)) != 0) draft.severity(Severity::high);
    if (setting.directive != nullptr) {
      draft.replace(*setting.directive, std::string(kModern));
    } else {
      draft.append_to_main_file(std::string(kModern));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "old-tls-protocol",
    .severity = Severity::medium,
    .certainty = Certainty::outside,
    .title = "A TLS server still offers TLS 1.1 or older",
    .references = {"CIS 7.4", "CIS 7.10", "STIG AS24-U1-000030", "STIG AS24-U2-000030", "CWE-326",
                   "RFC 8996"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::old_tls_protocol
