#include <fmt/format.h>

#include <array>
#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"

namespace stockade::rules::header_in_one_table_only {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A protecting response header is set without `always`. httpd keeps two tables of headers: lines without
`always` go into the one that only successful responses send, so error pages and redirects go out
without.

```apache bad
Header set X-Content-Type-Options nosniff
#          ^~~~~~~~~~~~~~~~~~~~~~
```
```apache fixed
Header always set X-Content-Type-Options nosniff
```
```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Header set Strict-Transport-Security "max-age=63072000"
    #          ^~~~~~~~~~~~~~~~~~~~~~~~~
    Header onsuccess set X-Frame-Options DENY
    #                    ^~~~~~~~~~~~~~~
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Header always set Strict-Transport-Security "max-age=63072000"
    Header always set X-Frame-Options DENY
</VirtualHost>
```
```apache good
Header always set X-Content-Type-Options nosniff
```
Other headers may well belong to successful responses alone:
```apache good
Header set Cache-Control "max-age=3600"
Header set X-Powered-By "our own machines"
```

## Why it matters
An error page shows what the visitor typed, a redirect is the first answer that a browser ever gets:
both need the protection as much as the page itself.

## When to ignore it
Where an application sends the same header in all its own responses and httpd's line is only meant for
plain files.

## How to fix it
Write `Header always set`. If an application behind sets the header too, it is sent twice then: remove
it in one place.
)md";

constexpr std::array<std::string_view, 7> kProtecting = {
    "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
    "Content-Security-Policy",   "Referrer-Policy",        "Permissions-Policy",
    "Cross-Origin-Opener-Policy"};

std::string with_always(const HeaderLine& line, std::string_view args) {
  args = trim(args);
  const bool named = starts_with_ignoring_case(args, "onsuccess");
  const std::string_view rest = named ? trim(args.substr(9)) : args;
  return fmt::format("{} always {}", line.directive->name, rest);
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::set<const conf::Directive*> reported;
  for (std::string_view name : kProtecting) {
    const HeaderLines lines(snapshot, name);
    if (lines.empty()) continue;
    for (const conf::Server* server : lines.servers(snapshot)) {
      const HeaderState state = lines.of(*server);
      if (!state.on_success || state.always) continue;
      const HeaderLine& line = *state.on_success;
      if (line.action != "set" && line.action != "Set") continue;
      if (!reported.insert(line.directive).second) continue;
      report
          .find(*line.directive, line.name_word,
                fmt::format("error pages and redirects go out without {}", name))
          .fix("send it with every response", FixRisk::careful,
               "nothing, unless an application sets the header as well: it is then sent twice")
          .replace(*line.directive, with_always(line, line.directive->args));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "header-in-one-table-only",
    .severity = Severity::low,
    .title = "Error pages and redirects go out without a protecting header",
    .references = {"CWE-693"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::header_in_one_table_only
