#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/redirects.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::plain_http_not_redirected {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A virtual host without TLS serves content although another of the same name speaks TLS: nothing sends
its visitors there. Where it depends on a rewrite rule, a section or a `.htaccess` file, it is reported
as not checked.

```apache bad
Listen 80
Listen 443
<VirtualHost *:80>
#^
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    DocumentRoot /srv/shop
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 80
Listen 443
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
    Redirect permanent / https://shop.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    DocumentRoot /srv/shop
    SSLEngine on
</VirtualHost>
```
```apache bad
Listen 80
Listen 443
<VirtualHost *:80>
#^
    ServerName api.example
    ProxyPass / http://127.0.0.1:9000/
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    ServerAlias api.example
    SSLEngine on
</VirtualHost>
```
What a proxy in the same host takes, a redirect before it may not reach, so there is no edit:
```apache good
Listen 80
Listen 443
<VirtualHost *:80>
    ServerName shop.example
    Redirect permanent / https://shop.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 80
Listen 443
<VirtualHost *:80>
    ServerName shop.example
    RewriteEngine On
    RewriteCond %{REQUEST_URI} !^/\.well-known/acme-challenge/
    RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
```apache good
#: not-checked
Listen 80
Listen 443
<VirtualHost *:80>
    ServerName shop.example
    Redirect /login https://shop.example/login
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```

## Why it matters
Visitors and links without `https` stay on plain HTTP: whoever is on the line reads and changes what
they get, and takes the session's cookie.

## When to ignore it
Where a proxy in front takes TLS off and calls this host over plain HTTP, or the content is meant for
programs that know no TLS, such as package mirrors.

## How to fix it
`Redirect permanent / https://NAME/` as the only content of the plain host, so that nothing else can be
reached there.
)md";

using Kind = Redirection::Kind;

std::set<std::string> tls_names_of(const Snapshot& snapshot) {
  std::set<std::string> names;
  for (const conf::Server* server : tls_servers(snapshot)) {
    if (!server->name.empty()) names.insert(lower(server->name));
    for (const std::string& alias : server->aliases) names.insert(lower(alias));
  }
  return names;
}

bool has_rewriting_or_proxy(const conf::Server& server) {
  for (std::string_view name : {"ProxyPass", "ProxyPassMatch", "RewriteRule"}) {
    if (!server.own(name).empty()) return true;
  }
  return false;
}

void judge(const Snapshot& snapshot, const conf::Server& server, Reporter& report) {
  const Redirection redirection = redirection_of(snapshot, server);
  if (redirection.kind == Kind::everything) return;
  if (redirection.kind == Kind::uncertain) {
    report.not_checked(fmt::format("whether {} sends every request to TLS", server.label),
                       redirection.reason, fmt::format("ask http://{}/ from outside", server.name));
    return;
  }
  Draft draft = report.find_missing(
      server, fmt::format("{} serves over plain HTTP what it also has with TLS", server.label));
  draft.example(fmt::format("http://{}/", server.name))
      .fix("send every request to TLS", FixRisk::careful, "programs that know no TLS");
  if (!has_rewriting_or_proxy(server)) {
    draft.insert_last(*server.section,
                      fmt::format("Redirect permanent / https://{}/", server.name));
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  const std::set<std::string> with_tls = tls_names_of(snapshot);
  for (const conf::Server& server : snapshot.servers.virtual_hosts()) {
    if (server.name.empty() || !with_tls.contains(lower(server.name))) continue;
    if (speaks_tls(snapshot, server) || only_from_this_machine(snapshot, server)) continue;
    judge(snapshot, server, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "plain-http-not-redirected",
    .severity = Severity::medium,
    .title = "Visitors who come without TLS stay without it",
    .references = {"CIS 7.9", "CWE-319"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::plain_http_not_redirected
