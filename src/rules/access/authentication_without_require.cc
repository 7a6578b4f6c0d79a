#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"

namespace stockade::rules::authentication_without_require {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section sets up a login (`AuthType` and where the passwords are) and nothing there, above, below or
beside it requires a user. httpd never asks for the password then.
```apache bad
<Directory /srv/shop/admin>
    AuthType Basic
    #^
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
</Directory>
```
```apache fixed
<Directory /srv/shop/admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require valid-user
</Directory>
```
```apache bad
<Location /admin>
    AuthType Digest
    #^
    AuthName admin
    AuthUserFile /etc/apache2/admin.digest
    Require all granted
</Location>
```
```apache good
<Directory /srv/shop/admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require valid-user
</Directory>
```
The one above requires it:
```apache good
<Directory /srv/shop>
    AuthType Basic
    AuthName shop
    AuthUserFile /etc/apache2/shop.users
</Directory>
<Directory /srv/shop/admin>
    Require group admins
    AuthGroupFile /etc/apache2/shop.groups
</Directory>
```

## Why it matters
The section reads as a guard and guards nothing: the folder is as open as if it were not there.

## When to ignore it
Where an application reads the login that a client offers by itself, and asks for one on its own.

## How to fix it
Add `Require valid-user`, or `Require user` with the names that are meant.
)md";

bool asks_for_somebody(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.section && asks_for_somebody(d)) return true;
    if (d.section || !d.is("Require")) continue;
    if (!equals_ignoring_case(d.arg(0), "all")) return true;
  }
  return false;
}

const conf::Directive* first_require(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("Require")) return &d;
  }
  return nullptr;
}

bool reads_htaccess(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("AllowOverride") && !equals_ignoring_case(d.arg(0), "None")) return true;
  }
  return false;
}

// Whether the two could hold for one request: anything but two plain paths of one kind of which
// neither is above the other.
bool could_meet(const conf::Directive& a, const conf::Directive& b) {
  if (!a.is(b.name) || !regex_of(a).empty() || !a.arg(0).starts_with('/')) return true;
  const std::string left = normal_path(a.arg(0));
  const std::string right = normal_path(b.arg(0));
  return is_within(left, right) || is_within(right, left);
}

bool somebody_asks(const conf::Server& server, const conf::Directive& section) {
  for (std::string_view kind : {"Directory", "DirectoryMatch", "Files", "FilesMatch", "Location",
                                "LocationMatch", "If", "Proxy", "ProxyMatch"}) {
    for (const conf::Directive* other : server.sections(kind)) {
      if (could_meet(section, *other) && (asks_for_somebody(*other) || reads_htaccess(*other))) {
        return true;
      }
    }
  }
  return false;
}

// For sections of the main server, whatever stands in virtual hosts: asked once for all of them.
bool any_host_asks(const Snapshot& snapshot) {
  for (const conf::Directive* d : snapshot.config.all("Require")) {
    const bool in_host = d->enclosing("VirtualHost") != nullptr;
    if (in_host && !equals_ignoring_case(d->arg(0), "all")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const bool in_hosts = any_host_asks(snapshot);
  for (const conf::Directive* type : snapshot.config.all("AuthType")) {
    const conf::Directive* section = type->parent;
    if (section == nullptr || equals_ignoring_case(type->arg(0), "None")) continue;
    if (!section->is("Directory") && !section->is("Location")) continue;
    if (section->parent != nullptr && !section->parent->is("VirtualHost")) continue;
    const conf::Server& server = snapshot.servers.of(*section);
    if (asks_for_somebody(*section) || somebody_asks(server, *section)) continue;
    if (server.is_main() ? in_hosts : somebody_asks(*server.main, *section)) continue;
    Draft draft = report.find(
        *type, fmt::format("no request to {} is asked for the password", section->arg(0)));
    draft.server(server).fix("require a user", FixRisk::careful, "visitors without an account");
    if (first_require(*section) == nullptr) draft.insert_last(*section, "Require valid-user");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "authentication-without-require",
    .severity = Severity::high,
    .title = "A login is set up and never asked for",
    .references = {"CWE-306"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::authentication_without_require
