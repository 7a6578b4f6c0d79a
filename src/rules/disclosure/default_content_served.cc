#include <fmt/format.h>

#include "rules/reporter.h"

namespace stockade::rules::default_content_served {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The manual of httpd at `/manual`: it came with the server and is not the site. Its sample programs are
`sample-cgi-present`'s matter.

```apache bad
Alias /manual /usr/share/doc/apache2-doc/manual/
#     ^~~~~~~
```
```apache bad
AliasMatch "^/manual(?:/(?:de|en|fr))?(/.*)?$" "/usr/share/doc/apache2-doc/manual$1"
#          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
```
```apache good
Alias /manuals /srv/manuals
```
```apache good
Alias /handbook /srv/handbook/manual
```

## Why it matters
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
}

}  // namespace

extern const Rule kRule{
    .id = "default-content-served",
    .severity = Severity::low,
    .title = "The manual of httpd is served",
    .references = {"CIS 5.4", "CIS 8.3", "STIG AS24-U1-000270", "CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::default_content_served
