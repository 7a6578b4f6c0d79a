#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::evasive_counts_alone {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
mod_evasive is loaded. It counts requests in the memory of each process of httpd by itself, and httpd
spreads the connections of one client over all of them.

```apache bad
#: with evasive20_module
#: unjudged mod_evasive is no module of httpd
#^ top
ServerName www.example.org
```
```apache bad
#: unjudged mod_evasive is no module of httpd
LoadModule evasive20_module /usr/lib/apache2/modules/mod_evasive20.so
#          ^
DOSPageCount 5
```
```apache good
ServerName www.example.org
```
```apache good
RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
```

## Why it matters
A limit of five requests a second is five for each process: with 16 processes a client has up to 80, and
with prefork the limit is hardly ever met. The counters are lost when a process ends. What looks like
protection against floods stops the slowest of them only.

## When to ignore it
Where one process serves all, or the limits are set with the number of processes in mind.

## How to fix it
Use something that counts for the machine as a whole: mod_stockade, which reads these directives (only the
LoadModule line changes; `stockade evasive import` shows what differs), or limits in the proxy in front.
)md";

bool is_evasive(std::string_view identifier) {
  return identifier == "evasive20_module" || identifier == "evasive_module" ||
         identifier == "dosevasive20_module";
}

void check(const Snapshot& snapshot, Reporter& report) {
  constexpr std::string_view kMessage = "mod_evasive counts in each process by itself";
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (!is_evasive(module.identifier)) continue;
    Draft draft = module.directive != nullptr
                      ? report.find(*module.directive, 0, std::string(kMessage))
                      : report.find_missing(std::string(kMessage));
    draft.fix("limit in front of httpd, or with a module that shares its counters",
              FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "evasive-counts-alone",
    .severity = Severity::low,
    .title = "The limit on floods is multiplied by the number of processes",
    .references = {"CWE-799"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::evasive_counts_alone
