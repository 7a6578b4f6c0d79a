#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::modsecurity_without_rules {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
ModSecurity is on and has no rules against attacks: no `SecRule` at all, or only those of its own
`modsecurity.conf` (ids from 200000 to 200999), which check whether a request can be read.

```apache bad
#: with security2_module
#: unjudged ModSecurity is no module of httpd
SecRuleEngine On
#^
SecRule REQUEST_HEADERS:Content-Type "xml" "id:'200000',phase:1,t:none,pass,nolog"
```
```apache bad
#: with security2_module
#: unjudged ModSecurity is no module of httpd
SecRuleEngine On
#^
IncludeOptional /usr/share/modsecurity-crs/*.load
```
```apache good
#: with security2_module
#: unjudged ModSecurity is no module of httpd
SecRuleEngine On
SecRule ARGS "@detectSQLi" "id:942100,phase:2,deny"
```
```apache good
#: with security2_module
#: unjudged ModSecurity is no module of httpd
#: not-checked
SecRuleEngine On
SecRemoteRules key https://rules.example/
```
```apache good
ServerName www.example.org
```

## Why it matters
The engine without rules takes time and stops nothing, and everybody counts on it. Debian installs the
engine and the OWASP Core Rule Set in two packages.

## When to ignore it
Where ModSecurity serves for something else, such as a log of request bodies.

## How to fix it
Install the OWASP Core Rule Set (`modsecurity-crs` on Debian) and include it.
)md";

constexpr int64_t kOwnFirst = 200000;
constexpr int64_t kOwnLast = 200999;

std::optional<int64_t> id_of(std::string_view args) {
  const size_t at = args.find("id:");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view digits = args.substr(at + 3);
  if (digits.starts_with('\'')) digits.remove_prefix(1);
  return parse_number(digits.substr(0, digits.find_first_not_of("0123456789")));
}

// Chained rules have no id of their own: their starter counts.
bool is_against_attacks(const conf::Directive& d) {
  if (!d.is("SecRule") && !d.is("SecRuleScript")) return false;
  const auto id = id_of(d.args);
  return id && (*id < kOwnFirst || *id > kOwnLast);
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.config.has_module("security2_module")) return;
  const auto all = snapshot.config.unknown();
  const auto first = [&](std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const conf::Directive* d) { return d->is(name); });
    return found == all.end() ? nullptr : *found;
  };
  const conf::Directive* engine = first("SecRuleEngine");
  if (engine == nullptr || equals_ignoring_case(engine->arg(0), "Off")) return;
  if (std::any_of(all.begin(), all.end(),
                  [](const conf::Directive* d) { return is_against_attacks(*d); })) {
    return;
  }
  if (first("SecRemoteRules") != nullptr) {
    report.not_checked("ModSecurity's rules", "they come from another server");
    return;
  }
  report.find(*engine, "ModSecurity is on and has no rules against attacks")
      .fix("install and include the OWASP Core Rule Set", FixRisk::decision);
}

}  // namespace

extern const Rule kRule{
    .id = "modsecurity-without-rules",
    .severity = Severity::medium,
    .title = "ModSecurity is on and has no rules against attacks",
    .references = {"CIS 6.7", "CWE-693"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::modsecurity_without_rules
