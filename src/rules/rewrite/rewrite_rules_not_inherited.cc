#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/rewriting.h"
#include "rules/support/servers.h"

namespace stockade::rules::rewrite_rules_not_inherited {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `RewriteRule` that forbids something ([F], [G] or a 4xx status) stands in the main server, and virtual
hosts answer requests. Rewrite rules of the main server do not hold in a virtual host, unless that one has
`RewriteOptions Inherit`, or the main server has `InheritDown` and the virtual host rewrites itself.

```apache bad
Listen 80
RewriteEngine on
RewriteRule "/\.git" - [F]
#^
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache bad
Listen 80
RewriteEngine on
RewriteOptions InheritDown
RewriteRule "^/private" - [F]
#^
<VirtualHost *:80>
    ServerName shop.example
    RewriteEngine on
</VirtualHost>
<VirtualHost *:80>
    ServerName wiki.example
</VirtualHost>
```
```apache good
Listen 80
RewriteEngine on
RewriteRule "/\.git" - [F]
<VirtualHost *:80>
    ServerName shop.example
    RewriteEngine on
    RewriteOptions Inherit
</VirtualHost>
```
A rule that a virtual host has too is not missed there:
```apache good
Listen 80
RewriteEngine on
RewriteRule "/\.git" - [F]
<VirtualHost *:80>
    ServerName shop.example
    RewriteEngine on
    RewriteRule "/\.git" - [F]
</VirtualHost>
```

## Why it matters
The rule looks as if it closed something for the whole server, and is in force nowhere that requests
arrive.

## When to ignore it
Where it is meant for the main server alone, which then must answer requests itself.

## How to fix it
Write `RewriteEngine on` and `RewriteOptions InheritBefore` in each virtual host. Better, use what is
inherited: `RedirectMatch 404`, or `Require all denied` in a `<LocationMatch>`.
)md";

bool has_option(const conf::DirectiveList& options, std::string_view name, std::string_view other) {
  return std::any_of(options.begin(), options.end(), [&](const conf::Directive* d) {
    return d->has_arg(name) || d->has_arg(other);
  });
}

bool rewrites(const conf::Server& host) {
  for (std::string_view name : {"RewriteEngine", "RewriteRule", "RewriteOptions", "RewriteCond"}) {
    if (!host.own(name).empty()) return true;
  }
  return false;
}

bool inherits(const conf::Server& host, bool handed_down) {
  const conf::DirectiveList options = host.own("RewriteOptions");
  if (has_option(options, "Inherit", "InheritBefore")) return true;
  return handed_down && rewrites(host) && !has_option(options, "IgnoreInherit", "IgnoreInherit");
}

bool has_rule(const conf::Server& host, const conf::Directive& rule) {
  const conf::DirectiveList own = host.own("RewriteRule");
  return std::any_of(own.begin(), own.end(),
                     [&](const conf::Directive* d) { return d->args == rule.args; });
}

void check(const Snapshot& snapshot, Reporter& report) {
  const conf::Server& main = snapshot.servers.main();
  const conf::Directive* engine = main.last("RewriteEngine");
  if (engine == nullptr || !is_on(*engine)) return;
  const bool down = has_option(main.own("RewriteOptions"), "InheritDown", "InheritDownBefore");
  std::vector<const conf::Server*> without;
  for (const conf::Server& host : snapshot.servers.virtual_hosts()) {
    if (!inherits(host, down)) without.push_back(&host);
  }
  if (without.empty()) return;
  for (const conf::Directive* rule : main.own("RewriteRule")) {
    if (!forbids(*rule)) continue;
    std::vector<const conf::Server*> open = without;
    std::erase_if(open, [&](const conf::Server* host) { return has_rule(*host, *rule); });
    if (open.empty()) continue;
    report.find(*rule, fmt::format("this does not hold in {}", names_of(open)))
        .fix("use RedirectMatch 404, which virtual hosts inherit", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "rewrite-rules-not-inherited",
    .severity = Severity::high,
    .title = "A rewrite rule that forbids does not hold in the virtual hosts",
    .references = {"CWE-284", "CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::rewrite_rules_not_inherited
