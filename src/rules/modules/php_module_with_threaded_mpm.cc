#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::php_module_with_threaded_mpm {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
PHP runs inside httpd (`mod_php`) with an MPM that uses threads: event or worker.

```apache bad
#: with php_module
#: unjudged mod_php is no module of httpd
#: mpm event
#^ top
ServerName www.example.org
```
```apache bad
#: unjudged mod_php is no module of httpd
#: mpm worker
LoadModule php7_module /usr/lib/apache2/modules/libphp7.4.so
#          ^
```
```apache good
#: with php_module
#: unjudged mod_php is no module of httpd
#: mpm prefork
ServerName www.example.org
```
PHP in processes of its own goes with every MPM:
```apache good
#: mpm event
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
</FilesMatch>
```

## Why it matters
Most builds of PHP are not made for threads, and httpd does not start with them. Of one that is, many
extensions and the C libraries below them are not safe either: requests then see each other's data, or
httpd crashes.

## When to ignore it
Where PHP was built for threads and only extensions are used that are known to be safe.

## How to fix it
Use PHP-FPM (`a2enconf php8.2-fpm` on Debian), which also lets each site run as a user of its own. Or
switch to the prefork MPM.
)md";

bool is_php(std::string_view identifier) {
  return identifier == "php_module" || identifier == "php5_module" || identifier == "php7_module" ||
         identifier == "php4_module";
}

void check(const Snapshot& snapshot, Reporter& report) {
  const std::string& mpm = snapshot.httpd.mpm;
  if (mpm != "event" && mpm != "worker") return;
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (!is_php(module.identifier)) continue;
    const std::string message = fmt::format("PHP runs inside httpd with the MPM {}", mpm);
    Draft draft = module.directive != nullptr ? report.find(*module.directive, 0, message)
                                              : report.find_missing(message);
    draft.fix("run PHP by PHP-FPM", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "php-module-with-threaded-mpm",
    .severity = Severity::medium,
    .title = "PHP runs inside a threaded httpd",
    .references = {"CWE-662"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::php_module_with_threaded_mpm
