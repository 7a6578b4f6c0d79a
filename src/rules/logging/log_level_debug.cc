#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/log_level.h"
#include "rules/support/servers.h"

namespace stockade::rules::log_level_debug {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`LogLevel` is `debug` or a trace level, for everything or for one module. That is for looking after a
fault, for an hour.

```apache bad
LogLevel debug
#        ^~~~~
```
```apache fixed
LogLevel warn
```
```apache bad
<VirtualHost *:443>
    ServerName shop.example
    LogLevel warn ssl:trace4
    #             ^~~~~~~~~~
</VirtualHost>
```
```apache fixed
<VirtualHost *:443>
    ServerName shop.example
    LogLevel warn ssl:warn
</VirtualHost>
```
```apache good
LogLevel warn
```
```apache good
LogLevel info ssl:warn
```

## Why it matters
Trace levels write headers, and some of them whole requests, into the error log: cookies, passwords in
forms, what a proxy adds. The log grows with every request until the disk is full.

## When to ignore it
While you look for the fault.

## How to fix it
Set `warn`, or take the module's level out.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, "LogLevel")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      const std::string_view word = d->arg(i);
      const size_t colon = word.find(':');
      const std::string_view module =
          colon == std::string_view::npos ? std::string_view() : word.substr(0, colon + 1);
      const auto level = log_level(word.substr(module.size()));
      if (!level || *level < LogLevel::debug) continue;
      report.find(*d, i, fmt::format("the error log is written at {}", word))
          .fix("log warnings and errors")
          .replace_word(*d, i, fmt::format("{}warn", module));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "log-level-debug",
    .severity = Severity::low,
    .title = "The error log is written for debugging",
    .references = {"CIS 6.1", "STIG AS24-U1-000630", "STIG AS24-U2-000640", "CWE-532"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::log_level_debug
