#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::client_certificates_per_vhost {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A virtual host requires client certificates, another at the same address requires none or those of
another authority, and nothing ties a resumed connection to the host it was made for:
`SSLStrictSNIVHostCheck` is off and httpd is 2.4.35 to 2.4.63, or `SSLVHostSNIPolicy insecure` gives the
later protection up. A vendor may have mended an old version: a look at its package decides.

```apache bad
#: version 2.4.62
#: certificate /etc/ssl/partners.pem self-signed
#: certificate /etc/ssl/staff.pem self-signed
Listen 443
<VirtualHost *:443>
    ServerName partners.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
    #               ^~~~~~~
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example
    SSLEngine on
</VirtualHost>
```
```apache bad
#: version 2.4.63
#: certificate /etc/ssl/partners.pem self-signed
#: certificate /etc/ssl/staff.pem self-signed
Listen 443
<VirtualHost *:443>
    ServerName partners.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
    #               ^~~~~~~
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/staff.pem
    SSLVerifyClient require
    #               ^~~~~~~
</VirtualHost>
```
```apache bad
#: version 2.4.71
#: certificate /etc/ssl/partners.pem self-signed
#: certificate /etc/ssl/staff.pem self-signed
Listen 443
SSLVHostSNIPolicy insecure
<VirtualHost *:443>
    ServerName partners.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
    #               ^~~~~~~
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example
    SSLEngine on
</VirtualHost>
```
```apache good
#: version 2.4.62
#: certificate /etc/ssl/partners.pem self-signed
#: certificate /etc/ssl/staff.pem self-signed
Listen 443
SSLStrictSNIVHostCheck on
<VirtualHost *:443>
    ServerName partners.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example
    SSLEngine on
</VirtualHost>
```
```apache good
#: version 2.4.71
#: certificate /etc/ssl/partners.pem self-signed
#: certificate /etc/ssl/staff.pem self-signed
Listen 443
<VirtualHost *:443>
    ServerName partners.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example
    SSLEngine on
</VirtualHost>
```
```apache good
#: version 2.4.62
#: certificate /etc/ssl/partners.pem self-signed
#: certificate /etc/ssl/staff.pem self-signed
Listen 443
<VirtualHost *:443>
    ServerName partners.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example
    SSLEngine on
    SSLCACertificateFile /etc/ssl/partners.pem
    SSLVerifyClient require
</VirtualHost>
```

## Why it matters
A client whom one host trusts resumes its TLS 1.3 session with the name of the other host, and is let in
there without that host's authority ever having certified it (CVE-2025-23048).

## When to ignore it
Where the vendor's package notes say that the hole is closed, or both hosts show the same content.

## How to fix it
Update httpd to 2.4.64 or later, or set `SSLStrictSNIVHostCheck on` in the first virtual host of the
address; clients that send no name are refused then.
)md";

bool requires_certificate(const conf::Server& server) {
  const conf::Directive* verify = server.last("SSLVerifyClient");
  return verify != nullptr && equals_ignoring_case(verify->arg(0), "require");
}

// What a client must show: the authorities that count, or nothing.
std::string demand_of(const conf::Server& server) {
  if (!requires_certificate(server)) return "";
  std::string demand = "require";
  for (std::string_view name : {"SSLCACertificateFile", "SSLCACertificatePath"}) {
    const conf::Directive* authority = server.last(name);
    demand += fmt::format(" {}", authority == nullptr ? "" : authority->arg(0));
  }
  return demand;
}

bool is_strict(const conf::Server& server) {
  const conf::Directive* strict = server.last("SSLStrictSNIVHostCheck");
  return strict != nullptr && is_on(*strict);
}

bool is_insecure_policy(const Snapshot& snapshot) {
  const conf::Directive* policy = snapshot.servers.main().last("SSLVHostSNIPolicy");
  return policy != nullptr && equals_ignoring_case(policy->arg(0), "insecure");
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::map<conf::Address, std::vector<const conf::Server*>> by_address;
  for (const conf::Server* server : tls_servers(snapshot)) {
    for (const conf::Address& address : server->addresses) by_address[address].push_back(server);
  }
  std::set<const conf::Directive*> reported;
  const uint32_t version = snapshot.httpd.version;
  const bool vulnerable = version >= 20435 && version <= 20463;
  for (const auto& [address, servers] : by_address) {
    std::set<std::string> demands;
    for (const conf::Server* server : servers) demands.insert(demand_of(*server));
    if (demands.size() < 2 || is_strict(*servers.front())) continue;
    if (version == 0) {
      report.not_checked(fmt::format("client certificates of hosts at port {}", address.port),
                         "the version of httpd is not known");
      continue;
    }
    if (!vulnerable && !is_insecure_policy(snapshot)) continue;
    for (const conf::Server* server : servers) {
      const conf::Directive* verify = server->last("SSLVerifyClient");
      if (!requires_certificate(*server) || !reported.insert(verify).second) continue;
      report
          .find(*verify, 0,
                fmt::format("a client of another host at this address may get into {}",
                            server->label))
          .fix("update httpd, or set SSLStrictSNIVHostCheck on in the first host of the address",
               FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "client-certificates-per-vhost",
    .severity = Severity::high,
    .certainty = Certainty::outside,
    .title = "Client certificates of one virtual host may open another",
    .references = {"STIG AS24-U2-000810", "CVE-2025-23048", "CWE-284"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::client_certificates_per_vhost
