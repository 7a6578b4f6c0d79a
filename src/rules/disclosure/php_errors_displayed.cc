#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
PHP shows its errors to visitors: `display_errors` is on in the `php.ini` that the server's PHP reads.

```apache bad
#: php apache2 /etc/php/8.2/apache2/php.ini display_errors=On
#^ /etc/php/8.2/apache2/php.ini
ServerName www.example.org
```
```apache bad
#: php fpm /etc/php/8.2/fpm/php.ini display_errors=stdout
#^ /etc/php/8.2/fpm/php.ini
ServerName www.example.org
```
```apache good
#: php apache2 /etc/php/8.2/apache2/php.ini display_errors=Off
ServerName www.example.org
```
On the command line errors belong on the screen:
```apache good
#: php cli /etc/php/8.2/cli/php.ini display_errors=On
ServerName www.example.org
```
```apache good
#: unknown php
#: not-checked
ServerName www.example.org
```

## Why it matters
An error tells paths, names of tables, pieces of queries, at times a password in a call's arguments.
Whoever probes a page for SQL injection reads in it how far they are.

## When to ignore it
On a machine where the application is developed and that nobody else reaches.

## How to fix it
`display_errors = Off` and `log_errors = On` in the file named, then reload. An application may switch it
on again with `ini_set`; look for that too.
)md";

bool shows(std::string_view value) {
  value = trim(value);
  for (std::string_view word : {"1", "On", "Yes", "True", "stdout"}) {
    if (equals_ignoring_case(value, word)) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.coverage.php) {
    report.not_checked("whether PHP shows its errors", "PHP's settings were not collected",
                       "run on the server itself");
    return;
  }
  for (const host::PhpSettings& php : snapshot.php) {
    const auto displayed = php.values.find("display_errors");
    if (php.program.starts_with("cli") || displayed == php.values.end()) continue;
    if (!shows(displayed->second)) continue;
    report.find_path(php.file, fmt::format("display_errors is on for {}", php.program))
        .fix("set display_errors = Off and log_errors = On in this file");
  }
}

}  // namespace

extern const Rule kPhpErrorsDisplayed{
    .id = "php-errors-displayed",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "Visitors read PHP's error messages",
    .references = {"STIG AS24-U1-000630", "STIG AS24-U2-000640", "CWE-209"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules
