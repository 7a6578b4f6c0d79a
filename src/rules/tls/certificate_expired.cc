#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::certificate_expired {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A certificate that a server shows has expired, is not valid yet, or expires within 14 days. The day of
the audit is what counts.

```apache bad
#: certificate /etc/ssl/shop.pem names=shop.example not-after=2026-11-01
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
Ten days left: renewal has not worked, or is done by hand.
```apache bad
#: certificate /etc/ssl/shop.pem names=shop.example not-after=2026-12-04
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
#: certificate /etc/ssl/shop.pem names=shop.example not-before=2026-12-01 not-after=2027-03-01
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
#: certificate /etc/ssl/shop.pem names=shop.example not-after=2027-02-01
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
#: certificate /etc/ssl/shop.pem names=shop.example not-before=2026-11-01 not-after=2026-12-20
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
A certificate that cannot be read is not judged:
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
Browsers refuse the connection, and where HSTS is set no visitor can go on in spite of it. Programs
that talk to this server stop. People who learn to click a warning away also click the real one away.

## When to ignore it
Where a program has already brought the new certificate and the reload is still to come.

## How to fix it
Renew it and reload httpd. Let a program do that from now on: mod_md, or certbot with its timer. If
one should have, look at its log.
)md";

constexpr int64_t kDay = 86400;
constexpr int64_t kSoon = 14 * kDay;

void judge(const UsedCertificate& used, int64_t now, Reporter& report) {
  const host::Certificate& certificate = *used.certificate;
  const std::string servers = names_of(used.servers);
  std::string message;
  Severity severity = Severity::high;
  if (certificate.not_after < now) {
    message =
        fmt::format("the certificate of {} expired on {}", servers, date_of(certificate.not_after));
  } else if (certificate.not_before > now) {
    message = fmt::format("the certificate of {} is valid from {} only", servers,
                          date_of(certificate.not_before));
  } else if (certificate.not_after - now < kSoon) {
    severity = Severity::medium;
    message = fmt::format("the certificate of {} expires on {}, in {} days", servers,
                          date_of(certificate.not_after), (certificate.not_after - now) / kDay);
  } else {
    return;
  }
  report.find(*used.directive, 0, message)
      .severity(severity)
      .evidence(certificate.file,
                fmt::format("{}, issued by {}", certificate.subject, certificate.issuer))
      .fix("renew the certificate, then reload httpd", FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  const int64_t now = taken_at(snapshot);
  if (now == 0) {
    report.not_checked("the end of certificates", "the snapshot does not say when it was taken");
    return;
  }
  for (const UsedCertificate& used : used_certificates(snapshot, report, "the end")) {
    judge(used, now, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "certificate-expired",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "A certificate has expired or is about to",
    .references = {"CIS 7.2", "STIG AS24-U2-000380", "CWE-298"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::certificate_expired
