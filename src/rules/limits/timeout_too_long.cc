#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::timeout_too_long {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Timeout` is above 300 seconds: so long httpd waits for a client that has stopped reading or sending, and
for a script or backend without an answer. httpd's default is 60, Debian's 300.

```apache bad
Timeout 3600
#       ^
```
```apache fixed
Timeout 60
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName report.example
    TimeOut 1200
    #       ^
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName report.example
    TimeOut 60
</VirtualHost>
```
```apache good
Timeout 300
```
```apache good
Timeout 3600
Timeout 60
```

## Why it matters
Each client that vanishes in the middle keeps a connection, and with prefork or worker a process or
thread, for an hour. A few hundred are enough to shut everybody else out.

## When to ignore it
Where the server is for known clients only and waits for long reports.

## How to fix it
Set `Timeout 60`. For a slow backend raise `ProxyTimeout`, or `timeout=` of its `ProxyPass`, alone.
)md";

constexpr int64_t kLongest = 300;  // seconds: Debian's own value

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, "Timeout")) {
    const auto seconds = parse_number(d->arg(0));
    if (!seconds || *seconds <= kLongest) continue;
    report.find(*d, 0, fmt::format("httpd waits {} seconds for a silent client", *seconds))
        .fix("set httpd's own default", FixRisk::careful,
             "scripts and backends that need longer than a minute")
        .replace_word(*d, 0, "60");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "timeout-too-long",
    .severity = Severity::low,
    .title = "A silent client keeps its connection for many minutes",
    .references = {"CIS 9.1", "CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::timeout_too_long
