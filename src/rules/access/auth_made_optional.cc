#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/governed.h"

namespace stockade::rules::auth_made_optional {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section asks for a user, and next to it stands a condition that is enough by itself: several `Require`
lines are alternatives, not a list of demands. `Require all granted` beside `Require valid-user` opens the
folder; an address beside it lets that network in without a password. `<RequireAny>` and `Satisfy any` say
openly that one is enough and are left alone, as is a guest provider that stands alone.
```apache bad
<Directory /srv/shop/admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require valid-user
    Require all granted
    #^
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
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require ip 192.0.2.0/24
    #^
    Require valid-user
</Location>
```
```apache bad
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    AuthBasicProvider file anon
    #                      ^~~~
    Require valid-user
</Location>
```
```apache good
<Directory /srv/shop/admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    <RequireAll>
        Require ip 192.0.2.0/24
        Require valid-user
    </RequireAll>
</Directory>
```
```apache good
<Directory /srv/shop/admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    <RequireAny>
        Require ip 192.0.2.0/24
        Require valid-user
    </RequireAny>
</Directory>
```

## Why it matters
The password is asked for in a test from outside and seems to work; whoever meets the other condition is
never asked.

## When to ignore it
Where one of the two is meant to be enough. Put them into `<RequireAny>`: that says the same in words that
nobody misreads.

## How to fix it
`<RequireAll>` around the lines asks for all of them. Take `Require all granted` out.
)md";

bool asks_for_user(const conf::Directive& d) {
  for (std::string_view kind : {"valid-user", "user", "group", "ldap-user", "ldap-group"}) {
    if (equals_ignoring_case(d.arg(0), kind)) return true;
  }
  return false;
}

bool asks_for_address(const conf::Directive& d) {
  for (std::string_view kind : {"ip", "host", "forward-dns"}) {
    if (equals_ignoring_case(d.arg(0), kind)) return true;
  }
  return false;
}

bool opens(const conf::Directive& d) {
  return equals_ignoring_case(d.arg(0), "all") && equals_ignoring_case(d.arg(1), "granted");
}

bool is_plain_container(const conf::Directive* parent) {
  return parent != nullptr && parent->section &&
         !starts_with_ignoring_case(parent->name, "Require");
}

// The first Require line next to `d` of that kind.
const conf::Directive* beside(const conf::Directive& d, bool (*kind)(const conf::Directive&)) {
  for (const conf::Directive& other : children_of(*d.parent)) {
    if (!other.section && other.is("Require") && kind(other)) return &other;
  }
  return nullptr;
}

void check_alternatives(const Snapshot& snapshot, Reporter& report) {
  Governing governing(snapshot);
  for (const conf::Directive* d : snapshot.config.all("Require")) {
    if (!is_plain_container(d->parent)) continue;
    const bool open = opens(*d);
    if (!open && (!asks_for_address(*d) || beside(*d, asks_for_address) != d)) continue;
    const conf::Directive* user = beside(*d, asks_for_user);
    if (user == nullptr) continue;
    Draft draft = report.find(
        *d, open ? std::string("everybody comes in: the user asked for beside it is not needed")
                 : fmt::format("{} comes in without the user asked for beside it", d->args));
    draft.evidence(*user, "is one of two alternatives");
    if (const auto governed = governing.by(*d->parent)) draft.example(governed->url);
    if (open) {
      draft.severity(Severity::high)
          .fix("take the grant out", FixRisk::careful, "visitors without an account")
          .remove(*d);
    } else {
      draft.fix("put both into <RequireAll>, or into <RequireAny> if one is enough",
                FixRisk::decision);
    }
  }
}

void check_providers(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("AuthBasicProvider")) {
    for (size_t i = 1; i < d->words.size(); ++i) {
      if (!equals_ignoring_case(d->arg(i), "anon")) continue;
      report.find(*d, i, "whoever is not in the list before is let in as a guest")
          .severity(Severity::high)
          .fix("take anon out of the list", FixRisk::decision, "guests");
    }
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  check_alternatives(snapshot, report);
  check_providers(snapshot, report);
}

}  // namespace

extern const Rule kRule{
    .id = "auth-made-optional",
    .severity = Severity::low,
    .title = "A condition beside the password makes the password optional",
    .references = {"CWE-287", "CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::auth_made_optional
