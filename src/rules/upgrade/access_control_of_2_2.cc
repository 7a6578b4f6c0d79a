#include <fmt/format.h>

#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::access_control_of_2_2 {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section uses the access control of 2.2: `Order`, `Allow`, `Deny`, `Satisfy`. In 2.4 only
mod_access_compat understands them, next to `Require` and by other rules.

```apache bad
<Directory /srv/www>
    Order allow,deny
    #^
    Allow from all
</Directory>
```
```apache fixed
<Directory /srv/www>
    Require all granted
</Directory>
```
```apache bad
<Directory /srv/private>
    Order deny,allow
    #^
    Deny from all
</Directory>
```
```apache fixed
<Directory /srv/private>
    Require all denied
</Directory>
```
```apache bad
<Location "/admin">
    Order deny,allow
    #^
    Deny from all
    Allow from 192.0.2.0/24
</Location>
```
```apache good
<Directory /srv/www>
    Require all granted
</Directory>
```
On httpd 2.2 it is the only way:
```apache good
#: version 2.2.34
#: unjudged a configuration for httpd 2.2
<Directory /srv/www>
    Order allow,deny
    Allow from all
</Directory>
```

## Why it matters
Each of the two ways is clear by itself. Where both meet, in one section or in one above it, they are
joined by `Satisfy`, and `Deny from all` can be undone or an open folder closed. With mod_access_compat
gone, httpd does not start.

## When to ignore it
Where the file must also serve an httpd 2.2.

## How to fix it
Translate a section as a whole: all four directives out, `Require` in. `Allow from 192.0.2.0/24` becomes
`Require ip 192.0.2.0/24`, `Allow from all` becomes `Require all granted`.
)md";

constexpr uint32_t kReplaced = 20400;

// What stands directly in one section.
struct OldAccess {
  std::vector<const conf::Directive*> old_lines;
  bool mixed = false;  // with Require or authentication
};

OldAccess read(const conf::Directive& section) {
  OldAccess access;
  for (const conf::Directive& d : children_of(section)) {
    for (std::string_view name : {"Order", "Allow", "Deny", "Satisfy"}) {
      if (d.is(name) && !d.section) access.old_lines.push_back(&d);
    }
    for (std::string_view name : {"Require", "AuthType", "RequireAll", "RequireAny", "RequireNone",
                                  "Limit", "LimitExcept"}) {
      access.mixed = access.mixed || d.is(name);
    }
  }
  return access;
}

// The one line that says the same, where that is beyond doubt.
std::string_view translation(const OldAccess& access) {
  if (access.mixed || access.old_lines.size() != 2) return {};
  const conf::Directive& order = *access.old_lines[0];
  const conf::Directive& rule = *access.old_lines[1];
  if (!order.is("Order") || order.words.size() != 1) return {};
  if (rule.words.size() != 2 || !equals_ignoring_case(rule.arg(1), "all")) return {};
  const bool allow_last = equals_ignoring_case(order.arg(0), "deny,allow");
  const bool deny_last = equals_ignoring_case(order.arg(0), "allow,deny");
  if (rule.is("Allow") && (allow_last || deny_last)) return "Require all granted";
  if (rule.is("Deny") && (allow_last || deny_last)) return "Require all denied";
  return {};
}

void judge(const conf::Directive& section, Reporter& report) {
  const OldAccess access = read(section);
  if (access.old_lines.empty()) return;
  const conf::Directive& first = *access.old_lines.front();
  Draft draft = report.find(
      first, fmt::format("<{} {}> uses the access control of 2.2", section.name, section.arg(0)));
  const std::string_view line = translation(access);
  draft.fix("say it with Require", FixRisk::careful,
            "sections that join this one by Satisfy or by Order");
  if (!line.empty()) draft.replace(first, std::string(line)).remove(*access.old_lines[1]);
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.environment.version < kReplaced) return;
  std::unordered_set<const conf::Directive*> seen;
  for (std::string_view name : {"Order", "Allow", "Deny", "Satisfy"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (d->parent != nullptr && seen.insert(d->parent).second) judge(*d->parent, report);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "access-control-of-2-2",
    .severity = Severity::low,
    .title = "A section still uses the access control of 2.2",
    .references = {"CWE-1104"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::access_control_of_2_2
