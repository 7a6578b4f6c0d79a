#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::directory_overrides_too_much {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section lets `.htaccess` files have a say: `AllowOverride` or `AllowOverrideList` is anything but `None`.
This is the strict reading of a benchmark; what an owner other than root can do with it, and where the
worker itself can write such a file, is found by rules of the default profile.
```apache bad
<Directory /srv/shop>
    AllowOverride AuthConfig
    #             ^~~~~~~~~~
</Directory>
```
```apache bad
<Directory /srv/shop>
    AllowOverride None
    AllowOverrideList Redirect RewriteRule
    #                 ^~~~~~~~
</Directory>
```
```apache good
<Directory /srv/shop>
    AllowOverride None
</Directory>
```
```apache good
<Directory /srv/shop>
    Require all granted
</Directory>
```

## Why it matters
What holds for a folder is then no longer written in one place that only root changes, and every request
costs a search for the file in each folder on its way.

## When to ignore it
Where customers or an application rely on it; then name only the classes they need.

## How to fix it
Move what the `.htaccess` files say into the `<Directory>` section, and set `AllowOverride None`.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"AllowOverride", "AllowOverrideList"}) {
    for (const conf::Directive* d : in_force(snapshot.config, name)) {
      if (equals_ignoring_case(d->arg(0), "None")) continue;
      report.find(*d, 0, fmt::format("{} {} lets .htaccess files decide", d->name, d->args))
          .fix("move the .htaccess files into the section, then set None", FixRisk::decision,
               "everything that .htaccess files do now");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "directory-overrides-too-much",
    .severity = Severity::low,
    .title = "A .htaccess file changes what holds for a folder",
    .references = {"CIS 4.4", "CWE-732"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::directory_overrides_too_much
