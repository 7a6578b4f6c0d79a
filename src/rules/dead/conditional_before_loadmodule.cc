#include <fmt/format.h>

#include <unordered_map>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/skipped.h"

namespace stockade::rules::conditional_before_loadmodule {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
An `<IfModule>` or `<IfDefine>` asks for something that comes further down only. httpd decides while it
reads: at this line the module is not loaded, the name not defined, and the block is skipped.

```apache bad
#: without headers_module
<IfModule headers_module>
#^
    Header always set X-Content-Type-Options nosniff
</IfModule>
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
```
```apache bad
<IfDefine Production>
#^
    TraceEnable off
</IfDefine>
Define Production
```
```apache good
#: without headers_module
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
<IfModule headers_module>
    Header always set X-Content-Type-Options nosniff
</IfModule>
```
A block that asks whether something is missing yet is the usual way to provide it:
```apache good
<IfDefine !Production>
    Define Production
</IfDefine>
<IfDefine Production>
    TraceEnable off
</IfDefine>
```

## Why it matters
The module is loaded, the name is defined, and the block is dead all the same. The order of files in
`mods-enabled` and `conf-enabled`, which is that of their names, is enough to bring it about.

## When to ignore it
Never: the block does nothing at this place.

## How to fix it
Move the block behind the line it waits for, or that line before it.
)md";

using FirstDefine = std::unordered_map<std::string_view, const conf::Directive*>;

FirstDefine defines_of(const Snapshot& snapshot) {
  FirstDefine defines;
  for (const conf::Directive* d : snapshot.config.all("Define")) defines.emplace(d->arg(0), d);
  // What is undefined in between may have been there and gone before the block.
  for (const conf::Directive* d : snapshot.config.all("UnDefine")) defines.erase(d->arg(0));
  return defines;
}

const conf::Directive* load_of(const Snapshot& snapshot, std::string_view name) {
  const conf::ModuleInfo* known = conf::find_module(name);
  const std::string_view identifier = known != nullptr ? known->identifier : name;
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (module.identifier == identifier) return module.directive;
  }
  return nullptr;
}

void report_late(const Condition& condition, const conf::Directive& later, const Snapshot& snapshot,
                 Reporter& report) {
  const std::string place =
      fmt::format("line {} of {}", later.line, snapshot.config.file_of(later).path);
  report
      .find_text(condition.tag, fmt::format("{} comes only later, at {}, so this block is skipped",
                                            condition.name, place))
      .evidence(later, "comes too late for the block")
      .fix(fmt::format("move the block behind {}", place), FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Condition& condition : skipped_for_want(snapshot, "IfModule")) {
    const conf::Directive* load = load_of(snapshot, condition.name);
    if (load != nullptr) report_late(condition, *load, snapshot, report);
  }
  const FirstDefine defines = defines_of(snapshot);
  for (const Condition& condition : skipped_for_want(snapshot, "IfDefine")) {
    const auto define = defines.find(condition.name);
    if (define != defines.end()) report_late(condition, *define->second, snapshot, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "conditional-before-loadmodule",
    .severity = Severity::medium,
    .title = "A block is skipped because what it asks for comes only later",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::conditional_before_loadmodule
