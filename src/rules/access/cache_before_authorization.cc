#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/server_mappings.h"
#include "rules/support/servers.h"

namespace stockade::rules::cache_before_authorization {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`CacheEnable` covers a path that only some addresses may read, and `CacheQuickHandler` is on, which is the
default. The cache then answers before httpd looks at who asks. Passwords are another matter: an answer to
a request with one is not kept unless the application says so.
```apache bad
#: dir /srv/shop/internal
DocumentRoot /srv/shop
CacheRoot /var/cache/apache2
CacheEnable disk /
#^
<Directory /srv/shop/internal>
    Require ip 192.0.2.0/24
</Directory>
```
```apache fixed
DocumentRoot /srv/shop
CacheRoot /var/cache/apache2
CacheEnable disk /
CacheQuickHandler off
<Directory /srv/shop/internal>
    Require ip 192.0.2.0/24
</Directory>
```
```apache bad
CacheRoot /var/cache/apache2
<VirtualHost *:80>
    ServerName shop.example
    CacheEnable disk /
    #^
    ProxyPass / http://127.0.0.1:8080/
    <Location /reports>
        Require host office.example
    </Location>
</VirtualHost>
```
```apache fixed
CacheRoot /var/cache/apache2
<VirtualHost *:80>
    ServerName shop.example
    CacheEnable disk /
    CacheQuickHandler off
    ProxyPass / http://127.0.0.1:8080/
    <Location /reports>
        Require host office.example
    </Location>
</VirtualHost>
```
```apache good
#: dir /srv/shop/internal
DocumentRoot /srv/shop
CacheRoot /var/cache/apache2
CacheQuickHandler off
CacheEnable disk /
<Directory /srv/shop/internal>
    Require ip 192.0.2.0/24
</Directory>
```
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
CacheRoot /var/cache/apache2
CacheEnable disk /images
<Location /reports>
    Require ip 192.0.2.0/24
</Location>
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
```

## Why it matters
The first person who may read the page puts it into the cache; from then on it is handed to everybody who
asks, until it is stale.

## When to ignore it
Where every answer below that path carries `Cache-Control: private` or `no-store`.

## How to fix it
`CacheQuickHandler off` runs the cache after the access checks. It costs a few microseconds a request.
`CacheDisable` for the guarded path does as well.
)md";

// Whether a section asks for an address or another thing that a cached answer forgets.
const conf::Directive* address_asked(const conf::Directive& section) {
  const conf::Directive* found = nullptr;
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("SetHandler")) return nullptr;
    if (d.section && starts_with_ignoring_case(d.name, "Require") && found == nullptr) {
      found = address_asked(d);
    }
    if (d.section || !d.is("Require")) continue;
    for (std::string_view kind : {"ip", "host", "local", "env", "expr", "forward-dns"}) {
      if (equals_ignoring_case(d.arg(0), kind)) found = &d;
    }
  }
  return found;
}

// "CacheEnable disk /x", or without a path in a <Location>; empty for a whole other site.
std::string covered_url(const conf::Directive& enable) {
  const std::string_view written = enable.arg(1);
  if (written.starts_with('/')) return std::string(written);
  if (!written.empty()) return "";
  const conf::Directive* location = enable.enclosing("Location");
  return location == nullptr ? "/" : std::string(location->arg(0));
}

bool is_disabled(const conf::Server& server, std::string_view url) {
  for (const conf::Directive* d : server.own("CacheDisable")) {
    if (url_takes(d->arg(0), url)) return true;
  }
  return false;
}

// A guard of `server` that the cache for `covered` answers before.
const conf::Directive* guard_below(const ServerMappings& mappings, const conf::Server& server,
                                   const conf::Server& sections_of, const std::string& covered) {
  for (const conf::Directive* section : sections_of.sections("Location")) {
    const std::string_view url = section->arg(0);
    const conf::Directive* asked = address_asked(*section);
    const bool meets = url_takes(covered, url) || url_takes(url, covered);
    if (asked != nullptr && meets && !is_disabled(server, url)) return asked;
  }
  const auto path = mappings.path_of(covered);
  if (!path) return nullptr;
  for (const conf::Directive* section : sections_of.sections("Directory")) {
    const conf::Directive* asked = address_asked(*section);
    if (asked == nullptr || !regex_of(*section).empty()) continue;
    const std::string guarded = normal_path(section->arg(0));
    if (is_within(guarded, *path) || is_within(*path, guarded)) return asked;
  }
  return nullptr;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* enable : snapshot.config.all("CacheEnable")) {
    const conf::Server& server = snapshot.servers.of(*enable);
    const conf::Directive* quick = server.last("CacheQuickHandler");
    const std::string covered = covered_url(*enable);
    if (covered.empty() || (quick != nullptr && is_off(*quick))) continue;
    // In a <Location> the cache never runs as the quick handler.
    if (enable->enclosing("Location") != nullptr) continue;
    const ServerMappings mappings(snapshot, server);
    const conf::Directive* guard = guard_below(mappings, server, server, covered);
    if (guard == nullptr && !server.is_main()) {
      guard = guard_below(mappings, server, *server.main, covered);
    }
    if (guard == nullptr) continue;
    report
        .find(*enable, fmt::format("the cache for {} answers before {} {} is looked at", covered,
                                   guard->name, guard->args))
        .evidence(*guard, "the guard")
        .server(server)
        .fix("let the cache run after the access checks", FixRisk::safe)
        .insert_after(*enable, "CacheQuickHandler off");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "cache-before-authorization",
    .severity = Severity::medium,
    .title = "The cache answers before it is known who asks",
    .references = {"CWE-524", "CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::cache_before_authorization
