#include <fmt/format.h>

#include <unordered_map>

#include "rules/reporter.h"
#include "rules/support/strictness.h"

namespace stockade::rules::directive_overridden_later {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
One scope sets a protective directive twice, and the later line, which is the one that counts, is laxer
than the earlier one. A later line that is stricter is how hardening is added, and no finding.

```apache bad
ServerTokens Prod
ServerTokens Full
#            ^
```
```apache fixed
ServerTokens Prod
```
```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLProtocol -all +TLSv1.2 +TLSv1.3
    <IfModule ssl_module>
        SSLProtocol all -SSLv3
        #           ^
    </IfModule>
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLProtocol -all +TLSv1.2 +TLSv1.3
    <IfModule ssl_module>
    </IfModule>
</VirtualHost>
```
```apache good
ServerTokens OS
ServerTokens Prod
```
A value of a virtual host's own is meant:
```apache good
Listen 80
TraceEnable off
<VirtualHost *:80>
    ServerName debug.example
    TraceEnable on
</VirtualHost>
```

## Why it matters
The strict line is what a reader finds first and believes. Which of two files is read later follows from
their names: `security.conf` comes after `hardening.conf`.

## When to ignore it
Where the later value is the one you want; then delete the earlier one.

## How to fix it
Keep one of the two, in one place.
)md";

using Earlier = std::unordered_map<const conf::Directive*, const conf::Directive*>;

void judge(const Snapshot& snapshot, std::string_view name, Reporter& report) {
  Earlier strictest;  // of each scope
  Earlier last;
  for (const conf::Directive* d : snapshot.config.all(name)) {
    const auto laxity = laxity_of(*d);
    if (!laxity) continue;
    const conf::Directive*& strict = strictest[d->parent];
    if (strict == nullptr || *laxity < *laxity_of(*strict)) strict = d;
    last[d->parent] = d;
  }
  for (const conf::Directive* d : snapshot.config.all(name)) {
    const auto found = last.find(d->parent);
    if (found == last.end() || found->second != d) continue;
    const conf::Directive& strict = *strictest[d->parent];
    if (*laxity_of(*d) <= *laxity_of(strict)) continue;
    report
        .find(*d, 0,
              fmt::format("this replaces the stricter \"{} {}\" of line {} in {}", strict.name,
                          strict.args, strict.line, snapshot.config.file_of(strict).path))
        .evidence(strict, "stricter, and replaced")
        .fix("delete the laxer line", FixRisk::careful, "clients that depend on the laxer value")
        .remove(*d);
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const std::string_view name : judged_directives()) judge(snapshot, name, report);
}

}  // namespace

extern const Rule kRule{
    .id = "directive-overridden-later",
    .severity = Severity::medium,
    .title = "A later line in the same place undoes a stricter one",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::directive_overridden_later
