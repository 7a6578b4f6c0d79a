#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/paths.h"
#include "rules/support/servers.h"

namespace stockade::rules::unknown_host_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Several virtual hosts share an address, and the first of them is one of the sites. It answers every
request whose name none of them has: a bare address, an old name, a name that somebody else points here.
A first host without a name, one that refuses or one that redirects is what is wanted.
```apache bad
#: dir /srv/shop
#: dir /srv/blog
Listen 80
<VirtualHost *:80>
#^
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
<VirtualHost *:80>
    ServerName blog.example
    DocumentRoot /srv/blog
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
    StrictHostCheck On
</VirtualHost>
<VirtualHost *:80>
    ServerName blog.example
    DocumentRoot /srv/blog
</VirtualHost>
```
```apache bad
Listen 80
<VirtualHost 192.0.2.1:80>
#^
    ServerName api.example
    ProxyPass / http://127.0.0.1:8080/
</VirtualHost>
<VirtualHost 192.0.2.1:80>
    ServerName www.example
    Redirect permanent / https://www.example/
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost 192.0.2.1:80>
    ServerName api.example
    ProxyPass / http://127.0.0.1:8080/
    StrictHostCheck On
</VirtualHost>
<VirtualHost 192.0.2.1:80>
    ServerName www.example
    Redirect permanent / https://www.example/
</VirtualHost>
```
```apache good
#: dir /srv/shop
#: dir /srv/blog
Listen 80
<VirtualHost *:80>
    ServerName unknown.invalid
    <Location />
        Require all denied
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
<VirtualHost *:80>
    ServerName blog.example
    DocumentRoot /srv/blog
</VirtualHost>
```
```apache good
#: dir /srv/shop
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
```

## Why it matters
A page of yours appears under a name that is not yours: for a browser that is another site, so what
protects one site from another does not hold (DNS rebinding), and links and passwords mails that are made
from the `Host` header lead where the sender wants. Scanners that know only the address find the
application too.

## When to ignore it
Where any name is meant to be answered, as for a service that serves its customers' own domains.

## How to fix it
`StrictHostCheck On` in the first host makes httpd answer 400 to names that it does not have. Or put a host
before it that refuses.
)md";

bool is_placeholder(std::string_view name) {
  if (name.find('.') == std::string_view::npos || ends_with_ignoring_case(name, ".invalid") ||
      ends_with_ignoring_case(name, ".localdomain") || ends_with_ignoring_case(name, ".local")) {
    return true;
  }
  return starts_with_ignoring_case(name, "default") || starts_with_ignoring_case(name, "catch") ||
         starts_with_ignoring_case(name, "unknown");
}

bool is_application(const Snapshot& snapshot, const conf::Server& server) {
  const conf::Directive* root = server.last("DocumentRoot");
  const std::string path = root == nullptr ? "/nonexistent" : path_argument(snapshot, root->arg(0));
  const Reach reach = reach_of(snapshot, {&server, path + "/index.html", "/index.html"});
  if (reach.kind == Reach::Kind::refused) {
    return reach.decided_by != nullptr &&
           starts_with_ignoring_case(reach.decided_by->name, "Proxy");
  }
  return reach.kind == Reach::Kind::served && !server.own("DocumentRoot").empty();
}

struct Group {
  const conf::Server* first = nullptr;
  std::set<std::string> names;
};

void check(const Snapshot& snapshot, Reporter& report) {
  std::map<conf::Address, Group> groups;
  for (const conf::Server& host : snapshot.servers.virtual_hosts()) {
    for (const conf::Address& address : host.addresses) {
      Group& group = groups[address];
      if (group.first == nullptr) group.first = &host;
      group.names.insert(lower(host.name));
    }
  }
  std::set<const conf::Server*> reported;
  for (const auto& [address, group] : groups) {
    const conf::Server& first = *group.first;
    if (group.names.size() < 2 || first.name.empty() || is_placeholder(first.name)) continue;
    const conf::Directive* strict = first.last("StrictHostCheck");
    if (strict != nullptr && is_on(*strict)) continue;
    if (!is_application(snapshot, first) || !reported.insert(&first).second) continue;
    report
        .find(*first.section, fmt::format("{} answers every unknown name at {}:{}", first.label,
                                          address.host, address.port))
        .server(first)
        .example("curl -H 'Host: anything.example' http://127.0.0.1/")
        .fix("refuse names that no virtual host has", FixRisk::careful,
             "clients that use the bare address or a name that no ServerAlias lists")
        .insert_last(*first.section, "StrictHostCheck On");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "unknown-host-served",
    .severity = Severity::low,
    .title = "A site answers to names that are not its own",
    .references = {"CIS 5.12", "CWE-350"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::unknown_host_served
