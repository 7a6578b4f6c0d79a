#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"
#include "rules/support/php.h"
#include "rules/support/servers.h"

namespace stockade::rules::x_powered_by_sent {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
PHP adds `X-Powered-By` with its version to every answer: `expose_php` is on in the `php.ini` that the
server's PHP reads, and no `Header unset` takes it out again.

```apache bad
#: php apache2 /etc/php/8.2/apache2/php.ini expose_php=On
#^ /etc/php/8.2/apache2/php.ini
ServerName www.example.org
```
```apache bad
#: php fpm /etc/php/8.2/fpm/php.ini expose_php=1
#^ /etc/php/8.2/fpm/php.ini
Header always unset X-Powered-By
```
```apache good
#: php apache2 /etc/php/8.2/apache2/php.ini expose_php=Off
ServerName www.example.org
```
Where no file says anything, PHP names itself:
```apache bad
#: php apache2 /etc/php/8.2/apache2/php.ini
#^ /etc/php/8.2/apache2/php.ini
ServerName www.example.org
```
PHP's header comes with successful answers, and is taken out of that table:
```apache good
#: php apache2 /etc/php/8.2/apache2/php.ini expose_php=On
Header unset X-Powered-By
```
PHP on the command line answers nobody:
```apache good
#: php cli /etc/php/8.2/cli/php.ini expose_php=On
ServerName www.example.org
```

## Why it matters
The header tells which PHP answers, to the patch level. Whoever looks for servers with a known hole in
PHP finds this one in an index, without a request to it.

## When to ignore it
Where a proxy in front takes the header out.

## How to fix it
Set `expose_php = Off` in the file named and reload; or `Header unset X-Powered-By` (of the first
table: without `always`) in the main server, which also covers other frameworks.
)md";

bool taken_out(const Snapshot& snapshot) {
  for (const conf::Directive* d : snapshot.servers.main().own("Header")) {
    const auto line = header_line(*d);
    if (!line || line->always || line->conditional) continue;
    if (!equals_ignoring_case(line->name, "X-Powered-By")) continue;
    if (equals_ignoring_case(line->action, "unset")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (taken_out(snapshot)) return;
  if (!snapshot.coverage.php) {
    report.not_checked("whether PHP names its version", "PHP's settings were not collected",
                       "run on the server itself");
    return;
  }
  for (const PhpValue& php : php_values(snapshot, "expose_php", "1")) {
    if (is_php_undecided(php.value)) {
      report.not_checked(
          fmt::format("whether {} names its version", php.program),
          fmt::format("expose_php in {} takes its value from the environment", php.file),
          "ask phpinfo() on the server");
      continue;
    }
    if (!is_php_true(php.value)) continue;
    const std::string_view how = php.by_default ? "set nowhere, and PHP's default is on," : "on";
    report
        .find_path(php.file, fmt::format("expose_php is {} for {}: answers name PHP's version", how,
                                         php.program))
        .about(std::string(php.program))
        .fix("set expose_php = Off in this file");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "x-powered-by-sent",
    .severity = Severity::low,
    .certainty = Certainty::file_system,
    .title = "Answers tell which version of PHP made them",
    .references = {"CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::x_powered_by_sent
