#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/authz.h"
#include "rules/support/governed.h"

namespace stockade::rules::limit_hole {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A guard stands inside `<Limit>` with a list of methods that holds `GET`, and no `<LimitExcept>` closes the
rest. It is in force for these methods alone.
```apache bad
<Directory /srv/shop/admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    <Limit GET POST>
    #^
        Require valid-user
    </Limit>
</Directory>
```
```apache bad
<Location /admin>
    <Limit GET>
    #^
        Order deny,allow
        Deny from all
        Allow from 192.0.2.0/24
    </Limit>
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
```apache good
<Directory /srv/shop/admin>
    <Limit GET POST>
        Require ip 192.0.2.0/24
    </Limit>
    <LimitExcept GET POST>
        Require all denied
    </LimitExcept>
</Directory>
```
A guard for writing, with reading open to all, is another matter:
```apache good
<Directory /srv/shop>
    Require all granted
    <LimitExcept GET HEAD OPTIONS>
        Require ip 192.0.2.0/24
    </LimitExcept>
</Directory>
```

## Why it matters
`POST`, `PUT` or a method that nobody has heard of reaches the script without a password, and most scripts
treat a method they do not know like `GET`.

## When to ignore it
Where `AllowMethods` or the application itself refuses every other method.

## How to fix it
Take the `Require` lines out of `<Limit>`, so that they hold for every method.
)md";

bool is_closed(const conf::Directive& section) {
  const auto required = required_in(section);
  const auto allowed = allowed_in(section);
  return (required && required->access != Access::granted) ||
         (allowed && allowed->access != Access::granted);
}

// Whether something next to the <Limit> closes what it leaves out.
bool rest_is_closed(const conf::Directive& limit) {
  if (limit.parent == nullptr) return false;
  if (limit.parent->section && !limit.parent->is("VirtualHost") && is_closed(*limit.parent)) {
    return true;
  }
  for (const conf::Directive& d : children_of(*limit.parent)) {
    if (d.section && d.is("LimitExcept") && is_closed(d)) return true;
    if (d.is("AllowMethods")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  Governing governing(snapshot);
  for (const conf::Directive* limit : snapshot.config.all_sections("Limit")) {
    if (!limit->has_arg("GET") || !is_closed(*limit) || rest_is_closed(*limit)) continue;
    const auto governed =
        limit->parent != nullptr ? governing.by(*limit->parent, "POST") : std::nullopt;
    const bool closed = governed && conf::is_closed(governed->outcome.answer);
    if (closed && !limit->has_arg("POST")) continue;  // by another section
    report.find(*limit, fmt::format("the guard holds for {} alone", limit->args))
        .fix("let the guard hold for every method", FixRisk::careful,
             "clients that use other methods without a right to")
        .example(fmt::format("curl -X {} {}", limit->has_arg("POST") ? "PATCH" : "POST",
                             governed ? governed->url : "http://127.0.0.1/"));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "limit-hole",
    .severity = Severity::high,
    .title = "A guard holds for some methods and leaves the others open",
    .references = {"CWE-650", "CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::limit_hole
