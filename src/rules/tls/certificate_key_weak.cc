#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::certificate_key_weak {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The key in a certificate is too short (RSA below 2048 bits, elliptic curves below 224), of a kind that
browsers no longer take (DSA), or the certificate is signed with MD5 or SHA-1.

```apache bad
#: certificate /etc/ssl/shop.pem names=shop.example key=RSA:1024
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
#: certificate /etc/ssl/shop.pem names=shop.example signature=sha1WithRSAEncryption
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
```apache good
#: certificate /etc/ssl/shop.pem names=shop.example key=RSA:2048
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
#: certificate /etc/ssl/shop.pem names=shop.example key=EC:256 signature=ecdsa-with-SHA256
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
A 1024-bit key can be broken with money; whoever has it reads and forges everything. For a signature
with SHA-1 a second certificate with other names can be made. Browsers refuse both.

## When to ignore it
Inside a closed network for devices that can do no better, as long as it lasts.

## How to fix it
Make a new key, elliptic curve P-256 or RSA 2048, and have it certified; do not certify the old key
again. `openssl ecparam -name prime256v1 -genkey -noout` makes one, certbot does by itself.
)md";

std::string weakness_of(const host::Certificate& certificate) {
  const bool is_rsa = starts_with_ignoring_case(certificate.key_type, "RSA");
  const bool is_ec = equals_ignoring_case(certificate.key_type, "EC");
  if (equals_ignoring_case(certificate.key_type, "DSA")) return "a DSA key";
  if (certificate.key_bits > 0 &&
      ((is_rsa && certificate.key_bits < 2048) || (is_ec && certificate.key_bits < 224))) {
    return fmt::format("a key of {} {} bits", certificate.key_type, certificate.key_bits);
  }
  // A browser trusts the certificate itself where it is its own issuer, whatever signed it.
  if (certificate.self_signed) return "";
  for (std::string_view hash : {"md5", "sha1"}) {
    if (contains_ignoring_case(certificate.signature, hash)) {
      return fmt::format("a signature with {}", certificate.signature);
    }
  }
  return "";
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const UsedCertificate& used : used_certificates(snapshot, report, "the key")) {
    const std::string weakness = weakness_of(*used.certificate);
    if (weakness.empty()) continue;
    report
        .find(*used.directive, 0,
              fmt::format("the certificate of {} has {}", names_of(used.servers), weakness))
        .evidence(used.certificate->file, used.certificate->subject)
        .fix("make a new key and have it certified", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "certificate-key-weak",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "A certificate's key or signature can be broken",
    .references = {"CIS 7.2", "CWE-326", "CWE-327"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::certificate_key_weak
