#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::certificate_names_mismatch {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The certificate that a virtual host shows does not cover its `ServerName`, or one of its `ServerAlias`
names. A `*.shop.example` covers one label, not two and not `shop.example` itself.

```apache bad
#: certificate /etc/ssl/shop.pem names=www.shop.example
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    #          ^~~~~~~~~~~~
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
```apache bad
#: certificate /etc/ssl/shop.pem names=shop.example,*.shop.example
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    ServerAlias www.shop.example old.example
    #                            ^~~~~~~~~~~
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
```apache good
#: certificate /etc/ssl/shop.pem names=shop.example,www.shop.example
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
#: certificate /etc/ssl/shop.pem names=*.example
#: file /etc/ssl/shop.key
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.pem
    SSLCertificateKeyFile /etc/ssl/shop.key
</VirtualHost>
```
Of two certificates one is enough:
```apache good
#: certificate /etc/ssl/rsa.pem names=old.example
#: certificate /etc/ssl/ec.pem names=shop.example key=EC:256
#: file /etc/ssl/rsa.key
#: file /etc/ssl/ec.key
#: unjudged the pair of keys is made at random there
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/rsa.pem
    SSLCertificateKeyFile /etc/ssl/rsa.key
    SSLCertificateFile /etc/ssl/ec.pem
    SSLCertificateKeyFile /etc/ssl/ec.key
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
The browser warns every visitor who comes by that name, and programs refuse. If the name is no longer
used, the line promises something that is not so.

## When to ignore it
Where a proxy in front holds the real certificate and does not check this one's name.

## How to fix it
Have the name added to the certificate (`certbot --expand -d ...`), or take it out of the virtual host.
)md";

bool covers(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with("*.")) return equals_ignoring_case(pattern, name);
  const size_t dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 &&
         equals_ignoring_case(pattern.substr(2), name.substr(dot + 1));
}

using Names = std::vector<std::string_view>;

bool covered(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view pattern) { return covers(pattern, name); });
}

void judge_aliases(const conf::Server& server, const Names& names, Reporter& report) {
  for (const conf::Directive* d : server.own("ServerAlias")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      // Of an alias with a wildcard nobody knows which names are meant.
      const std::string_view alias = d->arg(i);
      if (alias.find_first_of("*?") != std::string_view::npos || covered(names, alias)) continue;
      report.find(*d, i, fmt::format("no certificate of this host covers {}", alias))
          .fix("have the name added to the certificate, or remove it here", FixRisk::decision);
    }
  }
}

void judge(const conf::Server& server, const Names& names, Reporter& report) {
  const auto written = server.own("ServerName");
  if (!server.name.empty() && !written.empty() && !covered(names, server.name)) {
    report
        .find(*written.back(), 0, fmt::format("no certificate of this host covers {}", server.name))
        .fix("have the name added to the certificate", FixRisk::decision);
  }
  judge_aliases(server, names, report);
}

void check(const Snapshot& snapshot, Reporter& report) {
  const size_t gaps = report.gaps().size();
  std::map<const conf::Server*, Names> names_of_server;
  std::map<const conf::Server*, size_t> readable;
  for (const UsedCertificate& used : used_certificates(snapshot, report, "the names")) {
    for (const conf::Server* server : used.servers) {
      Names& names = names_of_server[server];
      ++readable[server];
      names.insert(names.end(), used.certificate->names.begin(), used.certificate->names.end());
    }
  }
  const bool all_readable = report.gaps().size() == gaps;
  for (const auto& [server, names] : names_of_server) {
    // Another certificate of the same host, which could not be read, may cover the name.
    if (!all_readable && readable[server] < server->effective("SSLCertificateFile").size()) {
      continue;
    }
    judge(*server, names, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "certificate-names-mismatch",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "A name of this server is not in its certificate",
    .references = {"CIS 7.2", "STIG AS24-U2-000380", "CWE-297"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::certificate_names_mismatch
