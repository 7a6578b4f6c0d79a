#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/asked.h"
#include "rules/support/question_budget.h"

namespace stockade::rules::guard_missing_on_twin {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Two virtual hosts of one name, mostly the one for http and the one for https, of which only one guards a
path: the other hands the same path to everybody. What httpd answers is worked out for both, so a guard that
is written elsewhere counts, and a redirect to the guarded host is none.

```apache bad
Listen 80
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8080/
    <Location /admin>
#             ^
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8080/
</VirtualHost>
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/staff/index.html
Listen 80
Listen 8080
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<Directory /srv/shop>
    Require all granted
</Directory>
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
    <Directory /srv/shop/staff>
#              ^
        Require all denied
    </Directory>
</VirtualHost>
<VirtualHost *:8080>
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
```
```apache good
Listen 80
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8080/
    <Location /admin>
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName shop.example
    Redirect permanent / https://shop.example/
</VirtualHost>
```
The guard of the second host is spelled otherwise:
```apache good
Listen 80
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8080/
    <Location /admin>
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8080/
    <LocationMatch ^/admin>
        Require ip 192.0.2.0/24
    </LocationMatch>
</VirtualHost>
```
The second host listens on this machine alone:
```apache good
Listen 80
Listen 127.0.0.1:8080
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:3000/
    <Location /admin>
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
<VirtualHost *:8080>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:3000/
</VirtualHost>
```

## Why it matters
Whoever is refused on one port asks on the other and reads, or does, what the guard was written against.

## When to ignore it
Where a firewall lets nobody reach the open host.

## How to fix it
Write the guard in both hosts, or once outside of them; or let the open host redirect everything to the
guarded one.
)md";

// Some 0.2 s in all.
constexpr size_t kMostAsked = 2000;

using Twins = std::map<std::string, std::vector<const conf::Server*>>;

Twins twins_of(const Snapshot& snapshot) {
  Twins twins;
  for (const conf::Server& host : snapshot.servers.virtual_hosts()) {
    if (!host.name.empty()) twins[lower(host.name)].push_back(&host);
  }
  std::erase_if(twins, [](const auto& entry) { return entry.second.size() < 2; });
  return twins;
}

bool is_loopback(std::string_view host) { return host.starts_with("127.") || host == "::1"; }

// Whether anybody but this machine can connect to it.
bool is_reachable(const Snapshot& snapshot, const conf::Server& host) {
  for (const conf::Address& address : host.addresses) {
    if (is_loopback(address.host)) continue;
    for (const conf::Listener& listener : snapshot.servers.listeners) {
      const bool same = address.port == 0 || listener.address.port == address.port;
      if (same && !is_loopback(listener.address.host)) return true;
    }
  }
  return false;
}

bool names_access(const conf::Directive& section) {
  for (const conf::Directive& d : conf::children_of(section)) {
    for (const char* name : {"Require", "Deny", "Order", "RequireAll", "RequireAny"}) {
      if (d.is(name)) return true;
    }
  }
  return false;
}

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report) : snapshot_(snapshot), report_(report) {}

  void run() {
    for (const auto& [name, hosts] : twins_of(snapshot_)) {
      for (const conf::Server* host : hosts) judge(*host, hosts);
    }
    budget_.tell(report_, "guards of further virtual hosts that share their name",
                 "compare them with \"stockade matrix\"");
  }

 private:
  void judge(const conf::Server& host, const std::vector<const conf::Server*>& twins) {
    std::map<std::pair<std::string, uint32_t>, const conf::Directive*> guards;
    for (const char* name : {"Location", "Directory", "LocationMatch"}) {
      for (const conf::Directive* section : host.sections(name)) {
        if (!names_access(*section)) continue;
        guards[{snapshot_.config.file_of(*section).path, section->line}] = section;
      }
    }
    if (guards.empty() || budget_.is_overdrawn()) return;
    for (const conf::PathClass& path : url_classes(snapshot_).of(host)) {
      const auto guard = guards.find({path.by.place.file, path.by.place.line});
      if (guard != guards.end() && !path.example.empty())
        compare(host, twins, *guard->second, path);
    }
  }

  void compare(const conf::Server& host, const std::vector<const conf::Server*>& twins,
               const conf::Directive& guard, const conf::PathClass& path) {
    if (!budget_.take()) return;
    const conf::Outcome here = asked(snapshot_, host, path.example);
    if (!conf::is_closed(here.answer) || here.effective.vhost != host.label) return;
    for (const conf::Server* twin : twins) {
      if (twin == &host || twin->label == host.label || !is_reachable(snapshot_, *twin)) continue;
      if (!budget_.take()) return;
      const conf::Outcome there = asked(snapshot_, *twin, path.example);
      if (there.effective.vhost != twin->label || there.answer != conf::Answer::open) continue;
      if (there.effective.status.value_or(200) >= 400) continue;
      const size_t argument = guard.arg(0) == "~" ? 1 : 0;
      report_
          .find(guard, argument,
                fmt::format("{} is guarded on {} and open to everybody on {}", path.example,
                            host.label, twin->label))
          .evidence(*twin->section, "the host without the guard")
          .server(*twin)
          .example(conf::url_of(conf::request_for(snapshot_.servers, *twin, path.example)))
          .fix("write the guard in both virtual hosts, or outside of them", FixRisk::decision,
               "requests that rely on the open host");
      return;
    }
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  QuestionBudget budget_{kMostAsked};
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "guard-missing-on-twin",
    .severity = Severity::high,
    .title = "A guard holds on one of two virtual hosts of the same name",
    .references = {"CWE-288", "CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::guard_missing_on_twin
