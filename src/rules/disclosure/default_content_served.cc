#include <fmt/format.h>

#include "base/file_system.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"

namespace stockade::rules {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
What came with httpd and is not the site: the manual at `/manual`, or the sample programs `printenv` and
`test-cgi` in a folder of scripts.

```apache bad
Alias /manual /usr/share/doc/apache2-doc/manual/
#     ^~~~~~~
```
```apache bad
#: dir /usr/lib/cgi-bin
#: file /usr/lib/cgi-bin/printenv 0755
#^ /usr/lib/cgi-bin/printenv
ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/
```
```apache good
#: dir /usr/lib/cgi-bin
ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/
```
```apache good
Alias /manuals /srv/manuals
```

## Why it matters
The sample programs show the server's environment to everybody, and old ones ran what they were given.
The manual tells which httpd this is, and that nobody tidied up.

## When to ignore it
The manual on a machine that only its administrators reach.

## How to fix it
Remove the line (`a2disconf apache2-doc`) and the files.
)md";

bool is_manual(const conf::Directive& d) {
  std::string_view url = d.arg(0);
  if (url.starts_with('^')) url.remove_prefix(1);
  if (!url.starts_with("/manual")) return false;
  const std::string_view rest = url.substr(7);
  return rest.empty() || rest.front() == '/' || rest.front() == '(' || rest.front() == '$';
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"Alias", "AliasMatch"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (!is_manual(*d)) continue;
      report.find(*d, 0, "httpd's own manual is served").fix("remove it", FixRisk::decision);
    }
  }
  for (const conf::Directive* d : snapshot.config.all("ScriptAlias")) {
    for (std::string_view sample : {"printenv", "printenv.pl", "test-cgi"}) {
      const std::string path = absolute_path(path_argument(snapshot, d->arg(1)), sample);
      if (path_state(snapshot, path) != PathState::present) continue;
      report.find_path(path, fmt::format("the sample program {} can be run by visitors", path))
          .severity(Severity::medium)
          .evidence(*d, "runs what is in there")
          .fix("remove the file", FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kDefaultContentServed{
    .id = "default-content-served",
    .severity = Severity::low,
    .certainty = Certainty::file_system,
    .title = "Sample programs or the manual of httpd are served",
    .references = {"CIS 5.4", "CIS 5.5", "CIS 5.6", "CIS 8.3", "STIG AS24-U1-000270",
                   "STIG AS24-U1-000310", "STIG AS24-U2-000310", "CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules
