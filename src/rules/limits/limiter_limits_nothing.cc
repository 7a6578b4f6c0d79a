#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::limiter_limits_nothing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
mod_stockade is loaded and turns nobody away: no limit is set, or all of them run dry. Its package installs
it with `StockadeDryRun on`.

```apache bad
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
#^ top
ServerName www.example.org
```
```apache bad
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
StockadeDryRun on
#              ^
StockadeLimit all 50/s burst=200
```
```apache fixed
StockadeLimit all 50/s burst=200
```
```apache good
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
StockadeLimit all 50/s burst=200
```
A dry run of some clients is on its way:
```apache good
#: with stockade_module
#: unjudged mod_stockade is no module of httpd
StockadeDryRun 90%
StockadeTrap /.env
```
Without the module there is nothing to limit:
```apache good
ServerName www.example.org
```

## Why it matters
What would have been denied stands in the log and has been served. A dry run is meant for the first week,
and stays for years.

## When to ignore it
While you watch what the limits would do.

## How to fix it
`stockade limit suggest` proposes limits from what was seen, `stockade limit top` names who came over them.
Then take `StockadeDryRun` away.
)md";

constexpr std::string_view kLimits[] = {"StockadeLimit", "StockadeTrap", "StockadeConnections",
                                        "DOSSiteCount",  "DOSPageCount", "DOSBlocklistUri"};

void check(const Snapshot& snapshot, Reporter& report) {
  const conf::LoadedModule* loaded = nullptr;
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (module.identifier == "stockade_module") loaded = &module;
  }
  if (loaded == nullptr) return;
  bool limits = false;
  std::unordered_map<const conf::Directive*, const conf::Directive*>
      dry;  // the last of each section
  for (const conf::Directive* d : snapshot.config.unknown()) {
    limits =
        limits || std::any_of(std::begin(kLimits), std::end(kLimits), [&](std::string_view name) {
          return d->is(name) && !equals_ignoring_case(d->arg(1), "off");
        });
    if (d->is("StockadeDryRun")) dry[d->parent] = d;
  }
  if (!limits) {
    constexpr std::string_view kMessage = "mod_stockade is loaded and no limit is set";
    Draft draft = loaded->directive != nullptr
                      ? report.find(*loaded->directive, 0, std::string(kMessage))
                      : report.find_missing(std::string(kMessage));
    draft.fix("set a StockadeLimit", FixRisk::decision);
    return;
  }
  for (const conf::Directive* d : snapshot.config.unknown()) {
    const bool holds = d->is("StockadeDryRun") && dry[d->parent] == d;
    if (!holds || !(equals_ignoring_case(d->arg(0), "on") || d->arg(0) == "100%")) continue;
    report.find(*d, 0, "limits are counted and nobody is turned away")
        .fix("take the dry run away", FixRisk::careful, "clients over a limit get 429")
        .remove(*d);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "limiter-limits-nothing",
    .severity = Severity::low,
    .title = "The limiter is loaded and turns nobody away",
    .references = {"CWE-799"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::limiter_limits_nothing
