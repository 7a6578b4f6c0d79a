#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/php.h"

namespace stockade::rules::php_errors_displayed {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
PHP shows its errors to visitors: `display_errors` is on in the `php.ini` that the server's PHP reads, in a
file read after it, or in a pool of php-fpm.

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
Where no file says anything, PHP shows them:
```apache bad
#: php apache2 /etc/php/8.2/apache2/php.ini
#^ /etc/php/8.2/apache2/php.ini
ServerName www.example.org
```
A later file wins, and of php-fpm a pool:
```apache good
#: php apache2 /etc/php/8.2/apache2/php.ini display_errors=On
#: php apache2 /etc/php/8.2/apache2/conf.d/99-local.ini display_errors=Off
ServerName www.example.org
```
```apache good
#: php apache2 /etc/php/8.2/apache2/php.ini display_errors=${SHOW_ERRORS}
#: not-checked
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

// "stderr" is where a program on the command line writes; a server's PHP shows it all the same.
bool shows(std::string_view value) {
  return is_php_true(value) || equals_ignoring_case(trim(value), "stdout") ||
         equals_ignoring_case(trim(value), "stderr");
}

void judge(const PhpValue& php, Reporter& report) {
  if (is_php_undecided(php.value)) {
    report.not_checked(
        fmt::format("whether {} shows its errors", php.program),
        fmt::format("display_errors in {} takes its value from the environment", php.file),
        "ask phpinfo() on the server");
    return;
  }
  if (!shows(php.value)) return;
  const std::string message =
      php.by_default
          ? fmt::format("no file sets display_errors for {}, and PHP's default is on", php.program)
          : fmt::format("display_errors is on for {}", php.program);
  report.find_path(php.file, message)
      .about(std::string(php.program))
      .fix("set display_errors = Off and log_errors = On in this file");
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.coverage.php) {
    report.not_checked("whether PHP shows its errors", "PHP's settings were not collected",
                       "run on the server itself");
    return;
  }
  for (const PhpValue& php : php_values(snapshot, "display_errors", "1")) judge(php, report);
}

}  // namespace

extern const Rule kRule{
    .id = "php-errors-displayed",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "Visitors read PHP's error messages",
    .references = {"STIG AS24-U1-000630", "STIG AS24-U2-000640", "CWE-209"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::php_errors_displayed
