#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::certificate_chain_incomplete {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The file of `SSLCertificateFile` holds the server's certificate alone, no `SSLCertificateChainFile` adds
the ones between it and the root, and it is not its own issuer. If a root signed it directly, as some
private authorities do, nothing is missing: a look from outside decides.

```apache bad
#: certificate /etc/ssl/shop.pem names=shop.example chain=1
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    #                  ^~~~~~~~~~~~~~~~~
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
```apache bad
#: certificate /etc/ssl/all.pem names=*.example
#: file /etc/ssl/all.key
Listen 443
SSLCertificateFile /etc/ssl/all.pem
#                  ^~~~~~~~~~~~~~~~
SSLCertificateKeyFile /etc/ssl/all.key
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
#: certificate /etc/ssl/shop.pem names=shop.example chain=2
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
```apache good
#: certificate /etc/ssl/shop.pem names=shop.example self-signed
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
```apache good
#: certificate /etc/ssl/shop.pem error="permission denied"
#: file /etc/ssl/shop.key
#: not-checked
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```

## Why it matters
Some browsers have the certificate in between from another site and show the page; phones, and programs
that call this server, do not and refuse. Such a fault looks like one of the client.

## When to ignore it
Where the root of a private authority signs servers directly and every client knows that root.

## How to fix it
Put the certificates in between into the same file, after the server's own, nearest first; certbot's
`fullchain.pem` is that file, `cert.pem` is not.
)md";

// OpenSSL also completes the chain from the authorities that clients are checked against.
bool has_other_source(const conf::Server& server) {
  for (std::string_view name :
       {"SSLCertificateChainFile", "SSLCACertificateFile", "SSLCACertificatePath"}) {
    if (server.last(name) != nullptr) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (UsedCertificate& used : used_certificates(snapshot, report, "the chain")) {
    if (used.certificate->chain_length != 1 || used.certificate->self_signed) continue;
    std::erase_if(used.servers,
                  [](const conf::Server* server) { return has_other_source(*server); });
    if (used.servers.empty()) continue;
    report
        .find(*used.directive, 0,
              fmt::format("{} shows its own certificate and none between it and the root",
                          names_of(used.servers)))
        .evidence(used.certificate->file,
                  fmt::format("one certificate, issued by {}", used.certificate->issuer))
        .fix("name a file that holds the whole chain", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "certificate-chain-incomplete",
    .severity = Severity::medium,
    .certainty = Certainty::outside,
    .title = "Clients may refuse the certificate: those between it and the root are missing",
    .references = {"CIS 7.2", "CWE-296"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::certificate_chain_incomplete
