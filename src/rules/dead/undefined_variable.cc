#include <fmt/format.h>

#include <algorithm>

#include "rules/reporter.h"

namespace stockade::rules::undefined_variable {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`${NAME}` is used and nobody defines it before: neither `Define` nor httpd's environment. httpd warns
(AH00111), starts, and takes the text as it stands, dollar sign and braces included.

```apache bad
<Directory ${SHOP}/private>
#          ^
    Require all denied
</Directory>
```
```apache bad
Header set Content-Security-Policy "default-src ${SOURCES}"
#                                               ^
```
A `Define` counts from its line on only:
```apache bad
Alias /www ${ROOT}/www
#          ^
Define ROOT /srv
```
```apache good
Define ROOT /srv
Alias /www ${ROOT}/www
```
```apache good
#: env SOURCES='self'
Header set Content-Security-Policy "default-src ${SOURCES}"
```
A rewrite map is no variable, and in a comment nothing is expanded:
```apache good
RewriteMap hosts int:tolower
RewriteEngine on
RewriteRule ^/(.*) /srv/sites/${hosts:$1}
# DocumentRoot ${NOWHERE}
```

## Why it matters
A folder that does not exist is protected, a header says nonsense, a log goes to a file called
`${LOGS}`. The configuration test calls all of it "Syntax OK".

## When to ignore it
Where the program behind really wants the text `${NAME}`: a template, or a pattern.

## How to fix it
Add the `Define` before the first use, or the variable to `/etc/apache2/envvars`; or correct its name.
)md";

// Debian's envvars is part of the configuration in all but name; a copy without it knows nothing.
bool environment_is_missing(const Snapshot& snapshot, std::string_view name) {
  const auto& variables = snapshot.environment.variables;
  return name.starts_with("APACHE_") &&
         std::none_of(variables.begin(), variables.end(),
                      [](const auto& entry) { return entry.first.starts_with("APACHE_"); });
}

void check(const Snapshot& snapshot, Reporter& report) {
  bool unknown_environment = false;
  for (const conf::UndefinedVariable& variable : snapshot.config.undefined_variables) {
    if (environment_is_missing(snapshot, variable.name)) {
      unknown_environment = true;
      continue;
    }
    report.find_text({variable.file, variable.offset, variable.length},
                     fmt::format("nobody defines {} before this line", variable.name));
  }
  if (unknown_environment) {
    report.not_checked("variables that come from httpd's environment",
                       "the environment of httpd is not known",
                       "copy envvars along, or run on the server itself");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "undefined-variable",
    .severity = Severity::medium,
    .title = "A variable is used that nobody defines",
    .references = {"CWE-457"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::undefined_variable
