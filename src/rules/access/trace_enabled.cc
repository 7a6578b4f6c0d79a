#include <fmt/format.h>

#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::trace_enabled {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server answers the method `TRACE`: it sends the request back, with all its headers. That is httpd's
default; `<Limit>` and `Require` do not stop it, only `TraceEnable` does. A virtual host follows the
main server unless it has a value of its own.

```apache bad
ServerName www.example.org
#^ top
```
```apache fixed
ServerName www.example.org
TraceEnable off
```
```apache bad
Listen 80
TraceEnable off
<VirtualHost *:80>
    ServerName shop.example
    TraceEnable on
    #           ^~
</VirtualHost>
```
```apache fixed
Listen 80
TraceEnable off
<VirtualHost *:80>
    ServerName shop.example
    TraceEnable off
</VirtualHost>
```
```apache good
TraceEnable off
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    TraceEnable off
</VirtualHost>
```

## Why it matters
The answer shows what a proxy in front adds to a request: addresses, user names, internal tokens.
Together with a hole in a script it also hands out cookies that scripts are not meant to read.

## When to ignore it
While you look for a fault between a proxy and this server, for that hour.

## How to fix it
Set `TraceEnable off` once, in the main server. No browser and no application uses the method.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  constexpr std::string_view kSummary = "refuse TRACE";
  for (const Setting& setting : settings_of(snapshot, "TraceEnable")) {
    const std::string servers = names_of(setting.servers);
    if (setting.directive == nullptr) {
      report.find_missing(fmt::format("TRACE is answered by {}: httpd's default is on", servers))
          .example("curl -X TRACE -H 'X-Echo: me' http://127.0.0.1/")
          .fix(std::string(kSummary))
          .append_to_main_file("TraceEnable off");
    } else if (!is_off(*setting.directive)) {
      report.find(*setting.directive, 0, fmt::format("TRACE is answered by {}", servers))
          .example("curl -X TRACE -H 'X-Echo: me' http://127.0.0.1/")
          .fix(std::string(kSummary))
          .replace_word(*setting.directive, 0, "off");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "trace-enabled",
    .severity = Severity::low,
    .title = "The method TRACE sends requests back with all their headers",
    .references = {"CIS 5.8", "STIG AS24-U1-000630", "STIG AS24-U2-000640", "CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::trace_enabled
