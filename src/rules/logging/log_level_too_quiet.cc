#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/log_level.h"
#include "rules/support/servers.h"

namespace stockade::rules::log_level_too_quiet {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`LogLevel` is `crit`, `alert` or `emerg`: refused and failed requests, missing files and failed logins,
which are logged as errors, leave no trace. The default is `warn`.

```apache bad
LogLevel crit
#        ^~~~
```
```apache fixed
LogLevel warn
```
```apache bad
LogLevel warn
<VirtualHost *:80>
    ServerName shop.example
    LogLevel emerg rewrite:trace1
    #        ^~~~~
</VirtualHost>
```
```apache fixed
LogLevel warn
<VirtualHost *:80>
    ServerName shop.example
    LogLevel warn rewrite:trace1
</VirtualHost>
```
```apache good
LogLevel warn
```
```apache good
LogLevel notice core:info
```
One talkative module may be kept quiet:
```apache good
LogLevel warn proxy:crit
```

## Why it matters
The first sign of an attack is a row of errors: passwords that fail, files that are not there. At these
levels httpd reports only that it is about to die.

## When to ignore it
Where every request is logged by something in front that also sees the reason of a refusal.

## How to fix it
`LogLevel warn`. To tame one module, name it: `LogLevel warn proxy:crit`.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, "LogLevel")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      const auto level = log_level(d->arg(i));
      if (!level || *level >= LogLevel::error) continue;
      report.find(*d, i, fmt::format("errors are not logged at {}", d->arg(i)))
          .fix("log warnings and errors", FixRisk::careful, "nothing; the error log gets longer")
          .replace_word(*d, i, "warn");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "log-level-too-quiet",
    .severity = Severity::medium,
    .title = "Errors leave no trace: the log level lets only emergencies through",
    .references = {"CIS 6.1", "STIG AS24-U1-000065", "CWE-778"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::log_level_too_quiet
