#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::backend_tls_unverified {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server asks a backend on another machine over TLS (`ProxyPass` to `https:` or `wss:`) and does not check
who answers: `SSLProxyVerify` is missing or `none`, or `SSLProxyCheckPeerName` is off.

```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    SSLProxyEngine on
    #              ^~
    ProxyPass / https://backend.example/
</VirtualHost>
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    SSLProxyEngine on
    SSLProxyVerify require
    SSLProxyCACertificateFile /etc/ssl/certs/ca.crt
    SSLProxyCheckPeerName off
    #                     ^~~
    ProxyPass / https://backend.example/
</VirtualHost>
#: file /etc/ssl/certs/ca.crt
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    SSLProxyEngine on
    SSLProxyVerify require
    SSLProxyCACertificateFile /etc/ssl/certs/ca.crt
    SSLProxyCheckPeerName on
    ProxyPass / https://backend.example/
</VirtualHost>
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    SSLProxyEngine on
    SSLProxyVerify require
    SSLProxyCACertificateFile /etc/ssl/certs/ca.crt
    ProxyPass / https://backend.example/
</VirtualHost>
#: file /etc/ssl/certs/ca.crt
```
On the machine itself nobody stands in between:
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    SSLProxyEngine on
    ProxyPass / https://127.0.0.1:8443/
</VirtualHost>
```

## Why it matters
Whoever can answer in the backend's place, by its address or its name, gets every request with its
cookies and passwords and says what the visitor sees. Encryption to an unknown party protects nothing.

## When to ignore it
Where the way to the backend is a tunnel or a network that is trusted as much as the machine itself.

## How to fix it
`SSLProxyVerify require` and `SSLProxyCACertificateFile` with the authority that signed the backend's
certificate (for public ones `/etc/ssl/certs/ca-certificates.crt`). Give the backend a certificate with
its name first, else requests fail with 502.
)md";

bool is_remote_tls(std::string_view target) {
  for (std::string_view scheme : {"https://", "wss://", "h2://"}) {
    if (!starts_with_ignoring_case(target, scheme)) continue;
    const std::string_view host = target.substr(scheme.size());
    for (std::string_view local : {"127.", "localhost", "[::1]"}) {
      if (starts_with_ignoring_case(host, local)) return false;
    }
    return true;
  }
  return false;
}

// The servers that have such a backend, and the line that names it; for balancers the main server
// stands for all.
std::map<const conf::Server*, const conf::Directive*> with_backends(const Snapshot& snapshot) {
  std::map<const conf::Server*, const conf::Directive*> found;
  for (std::string_view name : {"ProxyPass", "ProxyPassMatch", "BalancerMember", "RewriteRule"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      const bool is_rule = d->is("RewriteRule");
      if (is_rule && !contains_ignoring_case(d->arg(2), "P")) continue;
      if (is_rule &&
          (contains_ignoring_case(d->arg(2), "R") || contains_ignoring_case(d->arg(2), "PT")))
        continue;
      for (size_t i = 0; i < std::min<size_t>(d->words.size(), 2); ++i) {
        if (is_remote_tls(d->arg(i))) found.emplace(&snapshot.servers.of(*d), d);
      }
    }
  }
  return found;
}

void report_off(const Setting& setting, const conf::Directive& backend, Reporter& report) {
  report.find(*setting.directive, 0, "the name in the backend's certificate is not looked at")
      .evidence(backend, "the backend")
      .fix("check the backend's name", FixRisk::careful,
           "backends whose certificate has another name")
      .replace_word(*setting.directive, 0, "on");
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::set<const conf::Directive*> engines;
  std::set<const conf::Directive*> names;
  const bool in_sections = std::any_of(
      snapshot.config.all("SSLProxyVerify").begin(), snapshot.config.all("SSLProxyVerify").end(),
      [](const conf::Directive* d) { return d->enclosing("Proxy") || d->enclosing("ProxyMatch"); });
  for (const auto& [server, backend] : with_backends(snapshot)) {
    const conf::Directive* engine = server->last("SSLProxyEngine");
    if (engine == nullptr || !is_on(*engine)) continue;
    const conf::Directive* verify = server->last("SSLProxyVerify");
    const bool checks = verify != nullptr && !equals_ignoring_case(verify->arg(0), "none");
    if (!checks && in_sections) {
      report.not_checked(fmt::format("whether {} checks its backend", server->label),
                         "SSLProxyVerify stands in a <Proxy> section");
      continue;
    }
    if (!checks && engines.insert(engine).second) {
      report
          .find(*engine, 0,
                fmt::format("{} takes any certificate for its backend's", server->label))
          .evidence(*backend, "the backend")
          .fix("set SSLProxyVerify require and name the authority", FixRisk::decision);
    }
    const conf::Directive* name = server->last("SSLProxyCheckPeerName");
    if (checks && name != nullptr && is_off(*name) && names.insert(name).second) {
      report_off({name, {}}, *backend, report);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "backend-tls-unverified",
    .severity = Severity::medium,
    .title = "A backend is asked over TLS without a look at who answers",
    .references = {"CWE-295", "CWE-297"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::backend_tls_unverified
