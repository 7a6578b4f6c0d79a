#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/asked.h"
#include "rules/support/question_budget.h"
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
httpd looks at `ProxyPass` before it looks at `Redirect`:
```apache bad
Listen 80
Listen 443
<VirtualHost *:80>
#^
    ServerName shop.example
    ProxyPass /api http://127.0.0.1:9000/
    Redirect permanent / https://shop.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
</VirtualHost>
```
A password that is asked for before the redirect:
```apache bad
#: dir /srv/shop
Listen 80
Listen 443
<VirtualHost *:80>
#^
    ServerName shop.example
    DocumentRoot /srv/shop
    <Location /stats>
        AuthType Basic
        AuthName stats
        AuthUserFile /etc/apache2/stats.users
        Require valid-user
    </Location>
    RedirectMatch permanent ^/(?!stats) https://shop.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    DocumentRoot /srv/shop
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

constexpr size_t kMostClasses = 200;  // of one server, some 20 ms

// What a stranger gets of a server that is meant to send everything to TLS.
struct Left {
  const conf::PathClass* open = nullptr;  // that is answered here, with or without a password
  std::string unknown;                    // why something is not known
};

Left left_behind(const Snapshot& snapshot, const conf::Server& server,
                 const std::vector<conf::PathClass>& classes) {
  Left left;
  size_t asked_so_far = 0;
  for (const conf::PathClass& path : classes) {
    // Certificate authorities ask there.
    if (path.example.empty() || path.example.starts_with("/.well-known")) continue;
    if (++asked_so_far > kMostClasses) {
      left.unknown = "it has more kinds of URLs than this rule looks at";
      break;
    }
    const conf::Outcome outcome = asked(snapshot, server, path.example);
    if (outcome.effective.vhost != server.label) continue;
    if (outcome.answer == conf::Answer::unknown) left.unknown = outcome.cause;
    const bool is_there =
        outcome.answer == conf::Answer::open && outcome.effective.status.value_or(200) < 300;
    if (!is_there && outcome.answer != conf::Answer::login) continue;
    left.open = &path;
    break;
  }
  return left;
}

void tell_of_nothing(const conf::Server& server, Reporter& report) {
  Draft draft = report.find_missing(
      server, fmt::format("{} serves over plain HTTP what it also has with TLS", server.label));
  draft.example(fmt::format("http://{}/", server.name))
      .fix("send every request to TLS", FixRisk::careful, "programs that know no TLS");
  if (!has_rewriting_or_proxy(server)) {
    draft.insert_last(*server.section,
                      fmt::format("Redirect permanent / https://{}/", server.name));
  }
}

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report) : snapshot_(snapshot), report_(report) {}

  void run() {
    const std::set<std::string> with_tls = tls_names_of(snapshot_);
    for (const conf::Server& server : snapshot_.servers.virtual_hosts()) {
      if (server.name.empty() || !with_tls.contains(lower(server.name))) continue;
      if (speaks_tls(snapshot_, server) || only_from_this_machine(snapshot_, server)) continue;
      judge(server);
    }
    budget_.tell(report_, "whether the redirects of further virtual hosts cover every URL",
                 "look with \"stockade matrix\"");
  }

 private:
  void judge(const conf::Server& server) {
    const Redirection redirection = redirection_of(snapshot_, server);
    if (redirection.kind == Kind::none) return tell_of_nothing(server, report_);
    // Nothing comes before the Redirect of a server but what these say; a pattern may leave out
    // anything.
    const bool may_miss = !server.own("RedirectMatch").empty() || has_rewriting_or_proxy(server) ||
                          has_rewriting_or_proxy(snapshot_.servers.main());
    if (redirection.kind == Kind::everything && !may_miss) return;
    if (!budget_.take()) return;
    const auto classes = url_classes(snapshot_).of(server);
    const Left left = left_behind(snapshot_, server, classes);
    if (left.open != nullptr) return tell_of(server, *left.open);
    if (left.unknown.empty()) return;
    report_.not_checked(fmt::format("whether {} sends every request to TLS", server.label),
                        left.unknown, fmt::format("ask http://{}/ from outside", server.name));
  }

  void tell_of(const conf::Server& server, const conf::PathClass& path) {
    report_
        .find_missing(server, fmt::format("{} is answered over plain HTTP: the redirect of {} does "
                                          "not cover it",
                                          path.example, server.label))
        .evidence(path.by, "is not covered")
        .example(conf::url_of(conf::request_for(snapshot_.servers, server, path.example)))
        .fix("send every request to TLS", FixRisk::careful, "programs that know no TLS");
  }

  static constexpr size_t kMostServers = 500;
  const Snapshot& snapshot_;
  Reporter& report_;
  QuestionBudget budget_{kMostServers};  // of servers
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

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
