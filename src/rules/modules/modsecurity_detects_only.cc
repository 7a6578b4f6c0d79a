#include <fmt/format.h>

#include <unordered_map>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::modsecurity_detects_only {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
ModSecurity is loaded and blocks nothing: `SecRuleEngine` says `DetectionOnly` or `Off`, or stands
nowhere, which means off. Debian installs it with `DetectionOnly`.

```apache bad
#: with security2_module
#: unjudged ModSecurity is no module of httpd
SecRuleEngine DetectionOnly
#             ^
```
```apache fixed
SecRuleEngine On
```
```apache bad
#: with security2_module
#: unjudged ModSecurity is no module of httpd
#^ top
ServerName www.example.org
```
```apache bad
#: with security2_module
#: unjudged ModSecurity is no module of httpd
Listen 80
SecRuleEngine On
<VirtualHost *:80>
    ServerName shop.example
    SecRuleEngine Off
    #             ^
</VirtualHost>
```
```apache good
#: with security2_module
#: unjudged ModSecurity is no module of httpd
SecRuleEngine DetectionOnly
SecRuleEngine On
```
Without the module there is nothing to block:
```apache good
ServerName www.example.org
```

## Why it matters
The attack is in the log and has happened all the same. The mode is meant for the first days, and stays
for years.

## When to ignore it
While you watch a new set of rules for false alarms; or for one location that a rule disturbs, until an
exception for that rule is written.

## How to fix it
Read the audit log for a while, write exceptions, then set `SecRuleEngine On`.
)md";

bool blocks(const conf::Directive& d) { return equals_ignoring_case(d.arg(0), "On"); }

// The last one of each section: ModSecurity's directives are in no table of httpd's.
std::vector<const conf::Directive*> engines_in_force(const Snapshot& snapshot) {
  std::unordered_map<const conf::Directive*, const conf::Directive*> last;
  std::vector<const conf::Directive*> engines;
  for (const conf::Directive* d : snapshot.config.unknown()) {
    if (d->is("SecRuleEngine")) last[d->parent] = d;
  }
  for (const conf::Directive* d : snapshot.config.unknown()) {
    if (d->is("SecRuleEngine") && last[d->parent] == d) engines.push_back(d);
  }
  return engines;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.config.has_module("security2_module")) return;
  const auto engines = engines_in_force(snapshot);
  if (engines.empty()) {
    report.find_missing("ModSecurity is loaded, and without SecRuleEngine it is off")
        .fix("set SecRuleEngine On, after a time of watching", FixRisk::decision);
  }
  for (const conf::Directive* d : engines) {
    if (blocks(*d)) continue;
    Draft draft = report.find(*d, 0, fmt::format("SecRuleEngine {} blocks nothing", d->arg(0)));
    draft.fix("let ModSecurity block", FixRisk::careful,
              "requests that a rule takes for an attack");
    if (equals_ignoring_case(d->arg(0), "DetectionOnly")) draft.replace_word(*d, 0, "On");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "modsecurity-detects-only",
    .severity = Severity::medium,
    .title = "ModSecurity is loaded and blocks nothing",
    .references = {"CIS 6.6", "CWE-693"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::modsecurity_detects_only
