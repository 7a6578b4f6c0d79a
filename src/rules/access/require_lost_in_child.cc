#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"

namespace stockade::rules::require_lost_in_child {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section asks for a password and one above it, or one for the same folder, asks for an address; or the
other way round. Both look as if both had to be met. `AuthMerging` is `Off` by default: the inner section's
`Require` replaces the outer one's.
```apache bad
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/intranet/payroll>
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    Require valid-user
    #^
</Directory>
```
```apache fixed
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/intranet/payroll>
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    AuthMerging And
    Require valid-user
</Directory>
```
```apache bad
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require user alice
</Location>
<Location /admin/backup>
    Require ip 192.0.2.0/24
    #^
</Location>
```
```apache fixed
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require user alice
</Location>
<Location /admin/backup>
    AuthMerging And
    Require ip 192.0.2.0/24
</Location>
```
```apache good
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/intranet/payroll>
    AuthMerging And
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    Require valid-user
</Directory>
```
```apache good
<Directory />
    Require all denied
</Directory>
<Directory /srv/intranet/payroll>
    Require ip 192.0.2.0/24
</Directory>
```

## Why it matters
The most guarded folder of the site is reached from the whole net by anybody who guesses a password, or
without one from inside; its author counted on both.

## When to ignore it
Where the inner section is meant to stand on its own. Say so in a comment next to it.

## How to fix it
`AuthMerging And` joins the inner section's conditions with those of the outer one. Where one of the two
is to be enough, write them out in a `<RequireAny>`.
)md";

enum Kinds : unsigned { kNone = 0, kAddress = 1, kUser = 2, kOther = 4 };

// What the Require lines of a section ask for, in its containers too.
unsigned kinds_in(const conf::Directive& section, const conf::Directive** first) {
  unsigned kinds = kNone;
  for (const conf::Directive& d : children_of(section)) {
    if (d.section && starts_with_ignoring_case(d.name, "Require")) kinds |= kinds_in(d, first);
    if (d.section || !d.is("Require")) continue;
    if (*first == nullptr) *first = &d;
    const std::string_view kind = d.arg(0);
    unsigned asked = kOther;
    for (std::string_view name : {"ip", "host", "local", "forward-dns"}) {
      if (equals_ignoring_case(kind, name)) asked = kAddress;
    }
    for (std::string_view name : {"valid-user", "user", "group", "ldap-group", "ldap-user"}) {
      if (equals_ignoring_case(kind, name)) asked = kUser;
    }
    kinds |= asked;
  }
  return kinds;
}

bool merges(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("AuthMerging")) return !equals_ignoring_case(d.arg(0), "Off");
  }
  return false;
}

struct Asked {
  const conf::Directive* section = nullptr;
  const conf::Directive* require = nullptr;
  unsigned kinds = kNone;
};
// By path; of one path in reading order.
using AskedByPath = std::map<std::string, std::vector<Asked>>;

AskedByPath asked_in(const conf::Server& server, std::string_view kind) {
  AskedByPath result;
  for (const conf::Directive* section : server.sections(kind)) {
    const std::string_view path = section->arg(0);
    if (!regex_of(*section).empty() || conf::has_wildcard(path) || !path.starts_with('/')) continue;
    Asked asked{section, nullptr, kNone};
    asked.kinds = kinds_in(*section, &asked.require);
    if (asked.require != nullptr) result[normal_path(path)].push_back(asked);
  }
  return result;
}

// What is in force for `path` before `section` is merged.
const Asked* replaced_by(const AskedByPath& own, const AskedByPath& main, const std::string& path,
                         const conf::Directive* section) {
  for (std::string_view above = path;; above = parent_path(above)) {
    for (const AskedByPath* table : {&own, &main}) {
      const auto found = table->find(std::string(above));
      if (found == table->end()) continue;
      const Asked* last = nullptr;
      for (const Asked& asked : found->second) {
        if (asked.section == section) break;
        last = &asked;
      }
      if (last != nullptr) return last;
    }
    if (above == "/" || above.empty()) return nullptr;
  }
}

void judge(Reporter& report, const conf::Server& server, const Asked& inner, const Asked& outer) {
  const bool other_kind = (inner.kinds == kUser && outer.kinds == kAddress) ||
                          (inner.kinds == kAddress && outer.kinds == kUser);
  if (!other_kind || merges(*inner.section)) return;
  report
      .find(*inner.require,
            fmt::format("{} {} of {} {} no longer holds here", outer.require->name,
                        outer.require->args, outer.section->name, outer.section->arg(0)))
      .evidence(*outer.require, "the condition that is replaced")
      .server(server)
      .fix("ask for both", FixRisk::careful, "whoever meets only one of the two conditions")
      .insert_before(*inner.require, "AuthMerging And");
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view kind : {"Directory", "Location"}) {
    const AskedByPath main = asked_in(snapshot.servers.main(), kind);
    const AskedByPath none;
    for (const conf::Server& server : snapshot.servers.all) {
      const AskedByPath own = server.is_main() ? main : asked_in(server, kind);
      for (const auto& [path, list] : own) {
        for (const Asked& inner : list) {
          const Asked* outer =
              replaced_by(own, server.is_main() ? none : main, path, inner.section);
          if (outer != nullptr) judge(report, server, inner, *outer);
        }
      }
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "require-lost-in-child",
    .severity = Severity::medium,
    .title = "An inner section replaces the condition of the outer one",
    .references = {"CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::require_lost_in_child
