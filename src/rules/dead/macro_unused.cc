#include <fmt/format.h>

#include <unordered_set>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::macro_unused {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `<Macro>` is defined and no `Use` ever names it: what stands in it holds nowhere.

```apache bad
<Macro guarded $path>
#      ^
    <Location $path>
        Require ip 192.0.2.0/24
    </Location>
</Macro>
ServerName www.example.org
```
```apache bad
<Macro Headers>
#      ^
    Header always set X-Content-Type-Options nosniff
</Macro>
<IfDefine Production>
    Use Headers
</IfDefine>
```
```apache good
<Macro guarded $path>
    <Location $path>
        Require ip 192.0.2.0/24
    </Location>
</Macro>
Use guarded /admin
```
Names ignore case, and a macro may be used by another one:
```apache good
<Macro Inner>
    TraceEnable off
</Macro>
<Macro Outer>
    Use inner
</Macro>
Use OUTER
```

## Why it matters
Whoever reads the file takes the rules in the macro for rules in force.

## When to ignore it
Where the macro belongs to a collection of which each machine uses its part.

## How to fix it
Add the `Use` that was forgotten, or delete the macro.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  std::unordered_set<std::string, IgnoringCaseHash, IgnoringCaseEqual> used;
  for (const conf::Directive* use : snapshot.config.all("Use")) used.emplace(use->arg(0));
  for (const conf::Directive* macro : snapshot.config.all_sections("Macro")) {
    if (used.find(macro->arg(0)) != used.end()) continue;
    report.find(*macro, 0, fmt::format("the macro {} is never used", macro->arg(0)));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "macro-unused",
    .severity = Severity::low,
    .title = "A macro is defined and never used",
    .references = {"CWE-561"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::macro_unused
