#include <fmt/format.h>

#include <array>

#include "rules/reporter.h"

namespace stockade::rules::mod_php_end_of_life {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
httpd loads the module of a PHP that its makers support no longer: PHP 5 (ended in January 2019) or PHP 7
(7.4 ended in November 2022). Some distributions mend old versions longer than that; Stockade does not
know which.

```apache bad
#: unjudged mod_php is no module of httpd
#: mpm prefork
LoadModule php5_module /usr/lib/apache2/modules/libphp5.so
#          ^
```
```apache bad
#: with php7_module
#: unjudged mod_php is no module of httpd
#: mpm prefork
ServerName www.example.org
#^ top
```
```apache good
#: with php_module
#: unjudged mod_php is no module of httpd
#: mpm prefork
ServerName www.example.org
```
```apache good
ServerName www.example.org
```

## Why it matters
New holes in PHP are found several times a year, and those in an old version stay. It runs inside httpd,
with httpd's rights.

## When to ignore it
Where the distribution still delivers corrections, and you install them.

## How to fix it
Move the application to a supported PHP 8, under PHP-FPM.
)md";

struct Ended {
  std::string_view module;
  std::string_view name;
};
constexpr std::array<Ended, 3> kEnded = {
    {{"php4_module", "PHP 4"}, {"php5_module", "PHP 5"}, {"php7_module", "PHP 7"}}};

void judge(const conf::LoadedModule& module, Reporter& report) {
  for (const Ended& ended : kEnded) {
    if (module.identifier != ended.module) continue;
    const std::string message = fmt::format("{} is supported no longer", ended.name);
    Draft draft = module.directive != nullptr ? report.find(*module.directive, 0, message)
                                              : report.find_missing(message);
    if (ended.module != "php7_module") draft.severity(Severity::high);
    draft.about(std::string(ended.module)).fix("move to PHP 8", FixRisk::decision);
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::LoadedModule& module : snapshot.config.modules) judge(module, report);
}

}  // namespace

extern const Rule kRule{
    .id = "mod-php-end-of-life",
    .severity = Severity::medium,
    .certainty = Certainty::outside,
    .title = "httpd runs a PHP that is supported no longer",
    .references = {"CWE-1104"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::mod_php_end_of_life
