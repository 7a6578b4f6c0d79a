#include <fmt/format.h>

#include <unordered_map>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::override_at_root {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`AllowOverride` or `AllowOverrideList` in `<Directory "/">` lets `.htaccess` files have a say everywhere
on the machine. Nothing written is good: since 2.3.9 the default is `None`.
```apache bad
<Directory />
    AllowOverride All
    #             ^~~
    Require all denied
</Directory>
```
```apache fixed
<Directory />
    AllowOverride None
    Require all denied
</Directory>
```
```apache bad
<Directory "/">
    AllowOverride None
    AllowOverrideList Redirect
    #                 ^~~~~~~~
</Directory>
```
```apache fixed
<Directory "/">
    AllowOverride None
    AllowOverrideList None
</Directory>
```
```apache good
<Directory />
    AllowOverride None
    Require all denied
</Directory>
```
```apache good
<Directory />
    AllowOverride All
    AllowOverride None
</Directory>
<Directory /srv/shop>
    AllowOverride AuthConfig
</Directory>
```

## Why it matters
Whoever may write a file in any folder that is ever served changes how httpd treats it: who may read it,
which files run as programs, where requests go. And for each request httpd looks for the file in every
folder from `/` down.

## When to ignore it
Never. A site that needs `.htaccess` files gets them in a section of its own.

## How to fix it
Set `None` here, and `AllowOverride` with the classes that are needed in the `<Directory>` of each site
that relies on them.
)md";

constexpr std::string_view kBreaks =
    ".htaccess files in folders whose own section has no AllowOverride";

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"AllowOverride", "AllowOverrideList"}) {
    std::unordered_map<const conf::Directive*, const conf::Directive*> last;
    for (const conf::Directive* d : snapshot.config.all(name)) last[d->parent] = d;
    for (const conf::Directive* d : snapshot.config.all(name)) {
      const conf::Directive* section = d->parent;
      if (section == nullptr || !section->is("Directory") || last[section] != d) continue;
      if (section->words.size() != 1 || normal_path(section->arg(0)) != "/") continue;
      if (equals_ignoring_case(d->arg(0), "None")) continue;
      report
          .find(*d, 0, fmt::format("{} lets .htaccess files decide on the whole machine", d->name))
          .fix("let no .htaccess file decide at the root", FixRisk::careful, std::string(kBreaks))
          .replace(*d, fmt::format("{} None", d->name));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "override-at-root",
    .severity = Severity::medium,
    .title = "A .htaccess file anywhere on the machine changes the configuration",
    .references = {"CIS 4.3", "CWE-732"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::override_at_root
