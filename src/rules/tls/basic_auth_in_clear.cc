#include <fmt/format.h>

#include <algorithm>

#include "base/file_system.h"
#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"
#include "rules/support/redirects.h"
#include "rules/support/servers.h"

namespace stockade::rules::basic_auth_in_clear {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`AuthType Basic` holds in a virtual host without TLS that does not send every request elsewhere: name and
password go over the line in clear, with each request. A line in the main server's sections counts for
every server, so it is reported if any server could use it without TLS.

```apache bad
Listen 80
<VirtualHost *:80>
    ServerName intern.example
    <Location /admin>
        AuthType Basic
        #        ^~~~~
        AuthName "Admin"
        AuthUserFile /etc/apache2/users
        Require valid-user
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName intern.example
    <Location /admin>
        AuthType Basic
        SSLRequireSSL
        AuthName "Admin"
        AuthUserFile /etc/apache2/users
        Require valid-user
    </Location>
</VirtualHost>
```
```apache bad
Listen 80
<Location /admin>
    AuthType Basic
    #        ^~~~~
    AuthName "Admin"
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```
```apache fixed
Listen 80
<Location /admin>
    AuthType Basic
    SSLRequireSSL
    AuthName "Admin"
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName intern.example
    SSLEngine on
    <Location /admin>
        AuthType Basic
        AuthName "Admin"
        AuthUserFile /etc/apache2/users
        Require valid-user
    </Location>
</VirtualHost>
```
```apache good
Listen 80
<Location /admin>
    SSLRequireSSL
    AuthType Basic
    AuthName "Admin"
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```
```apache good
Listen 127.0.0.1:8080
<Location /admin>
    AuthType Basic
    AuthName "Admin"
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```
A folder of which it is not known which server hands it out:
```apache good
#: not-checked
Listen 80
Listen 443
<Directory /srv/intern>
    AuthType Basic
    AuthName "Intern"
    AuthUserFile /etc/apache2/users
    Require valid-user
</Directory>
<VirtualHost *:80>
    ServerName www.example
    DocumentRoot /srv/www
</VirtualHost>
<VirtualHost *:443>
    ServerName intern.example
    DocumentRoot /srv/intern
    SSLEngine on
</VirtualHost>
```

## Why it matters
Base64 is no encryption. Whoever is on the line once has the password, and people use one password for
several things.

## When to ignore it
Where a proxy in front takes TLS off and this server hears nobody else: then listen on the address of
that proxy's network only.

## How to fix it
Move the section to the virtual host with TLS and redirect the other. `SSLRequireSSL` refuses requests
without TLS; but the browser has asked for the password by then only if something else asked first.
)md";

using Kind = Redirection::Kind;

using Servers = std::vector<const conf::Server*>;  // in the order of their addresses

// Servers that take requests of strangers without TLS.
Servers open_servers(const Snapshot& snapshot) {
  Servers servers = serving_servers(snapshot);
  std::erase_if(servers, [&](const conf::Server* server) {
    return speaks_tls(snapshot, *server) || only_from_this_machine(snapshot, *server) ||
           redirection_of(snapshot, *server).kind == Kind::everything;
  });
  return servers;
}

bool requires_tls(const conf::Directive* section) {
  for (; section != nullptr; section = section->parent) {
    for (const conf::Directive& d : children_of(*section)) {
      if (d.is("SSLRequireSSL")) return true;
    }
  }
  return false;
}

bool serves(const Snapshot& snapshot, const conf::Server& server, const conf::Directive& section) {
  const conf::Directive* root = server.last("DocumentRoot");
  if (root == nullptr) return false;
  const std::string path = path_argument(snapshot, root->arg(0));
  const std::string folder = normal_path(section.arg(0));
  return is_within(path, folder) || is_within(folder, path);
}

void judge(const Snapshot& snapshot, const conf::Directive& auth, const Servers& open,
           Reporter& report) {
  const conf::Server& own = snapshot.servers.of(auth);
  Servers users;
  if (own.is_main()) {
    users = open;
  } else if (std::binary_search(open.begin(), open.end(), &own)) {
    users = {&own};
  }
  if (users.empty()) return;
  if (const conf::Directive* folder = auth.enclosing("Directory"); own.is_main() && folder) {
    std::erase_if(users,
                  [&](const conf::Server* server) { return !serves(snapshot, *server, *folder); });
    if (users.empty()) {
      report.not_checked(
          fmt::format("whether {} is reached without TLS", folder->arg(0)),
          "no server without TLS has it as its DocumentRoot; aliases may lead there");
      return;
    }
  }
  report.find(auth, 0, fmt::format("passwords are asked for without TLS by {}", names_of(users)))
      .fix("refuse requests without TLS here", FixRisk::careful,
           "users who come without TLS, also through a proxy that takes it off")
      .insert_after(auth, "SSLRequireSSL");
}

void check(const Snapshot& snapshot, Reporter& report) {
  const Servers open = open_servers(snapshot);
  const bool has_ssl = snapshot.config.has_module("ssl_module");
  for (const conf::Directive* auth : in_force(snapshot.config, "AuthType")) {
    if (!equals_ignoring_case(auth->arg(0), "Basic") || requires_tls(auth->parent)) continue;
    judge(snapshot, *auth, open, report);
  }
  if (has_ssl) return;
  for (Finding& finding : report.findings()) {
    if (finding.fix) finding.fix->edits.clear();
  }
}

}  // namespace

extern const Rule kRule{
    .id = "basic-auth-in-clear",
    .severity = Severity::high,
    .title = "Passwords go over the line in clear",
    .references = {"CIS 2.9", "CWE-319", "CWE-522", "RFC 7617"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::basic_auth_in_clear
