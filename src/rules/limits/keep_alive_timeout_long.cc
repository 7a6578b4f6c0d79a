#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::keep_alive_timeout_long {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
With the MPM prefork or worker, an idle connection is kept for more than 15 seconds. There each kept
connection holds a process or thread that could serve somebody else. The event MPM parks idle
connections, so there it is no finding.

```apache bad
#: mpm prefork
KeepAliveTimeout 60
#                ^
```
```apache fixed
KeepAliveTimeout 5
```
```apache bad
#: mpm worker
KeepAlive On
KeepAliveTimeout 120
#                ^
```
```apache fixed
KeepAlive On
KeepAliveTimeout 5
```
```apache good
#: mpm event
KeepAliveTimeout 60
```
```apache good
#: mpm prefork
KeepAlive Off
KeepAliveTimeout 60
```
```apache good
#: mpm prefork
KeepAliveTimeout 5
```

## Why it matters
150 visitors who have read one page occupy all 150 workers for a minute. Everybody else waits, though the
server does nothing.

## When to ignore it
Behind a proxy that keeps a small number of connections open itself.

## How to fix it
Set `KeepAliveTimeout 5`, httpd's default, or use the event MPM.
)md";

constexpr int64_t kLongest = 15;  // seconds

void check(const Snapshot& snapshot, Reporter& report) {
  const std::string& mpm = snapshot.httpd.mpm;
  if (mpm != "prefork" && mpm != "worker") return;
  for (const Setting& setting : settings_of(snapshot, "KeepAliveTimeout")) {
    if (setting.directive == nullptr) continue;
    const auto seconds = parse_number(setting.directive->arg(0));
    if (!seconds || *seconds <= kLongest) continue;
    std::vector<const conf::Server*> servers = setting.servers;
    std::erase_if(servers, [](const conf::Server* server) {
      const conf::Directive* keep = server->last("KeepAlive");
      return keep != nullptr && is_off(*keep);
    });
    if (servers.empty()) continue;
    report
        .find(*setting.directive, 0,
              fmt::format("an idle connection holds a worker for {} seconds", *seconds))
        .fix("set httpd's own default")
        .replace_word(*setting.directive, 0, "5");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "keep-alive-timeout-long",
    .severity = Severity::low,
    .title = "Idle connections hold the workers that others wait for",
    .references = {"CIS 9.4", "CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::keep_alive_timeout_long
