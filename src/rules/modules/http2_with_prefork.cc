#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::http2_with_prefork {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Protocols` offers HTTP/2, and the MPM is prefork. mod_http2 says at the start that it does not support
that (AH10034): a process serves one request at a time, so a connection with many streams waits for
itself.

```apache bad
#: mpm prefork
Protocols h2 http/1.1
#         ^
```
```apache bad
#: mpm prefork
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Protocols http/1.1 h2c
    #                  ^
</VirtualHost>
```
```apache good
#: mpm event
Protocols h2 http/1.1
```
```apache good
#: mpm prefork
Protocols http/1.1
```

## Why it matters
Pages come slower than over HTTP/1.1, and each HTTP/2 connection holds a whole process as long as it is
open. A few visitors use up the server.

## When to ignore it
For a test on a machine of your own.

## How to fix it
Switch to the event MPM (`a2dismod mpm_prefork`, `a2enmod mpm_event` on Debian; mod_php must go to
PHP-FPM first), or take `h2` and `h2c` out of `Protocols`.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.httpd.mpm != "prefork" || !snapshot.config.has_module("http2_module")) return;
  for (const conf::Directive* d : snapshot.config.all("Protocols")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      const std::string_view name = d->arg(i);
      if (!equals_ignoring_case(name, "h2") && !equals_ignoring_case(name, "h2c")) continue;
      report.find(*d, i, "HTTP/2 is offered by an MPM that cannot serve it well")
          .fix("switch to the event MPM", FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "http2-with-prefork",
    .severity = Severity::low,
    .title = "HTTP/2 is offered by an MPM that it is not made for",
    .references = {"CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::http2_with_prefork
