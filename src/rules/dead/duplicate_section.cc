#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/authz.h"

namespace stockade::rules::duplicate_section {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Two sections for the same folder, file or URL stand in one server, both with `Require`, and the later
one lets more people in. Its `Require` lines do not add to the earlier ones: they replace them.

```apache bad
<Directory /srv/private>
    Require ip 192.0.2.0/24
</Directory>
<Directory "/srv/private/">
#^
    Options None
    Require all granted
</Directory>
```
```apache bad
Listen 80
<VirtualHost *:80>
    <Location /admin>
        Require all denied
    </Location>
    <Location /admin>
    #^
        Require host example.org
    </Location>
</VirtualHost>
```
```apache good
<Directory /srv/www>
    Require all granted
</Directory>
<Directory /srv/www>
    Require ip 192.0.2.0/24
</Directory>
```
```apache good
<Directory /srv/www>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/www>
    Options None
</Directory>
```
`AuthMerging` makes them add up:
```apache good
<Directory /srv/private>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/private>
    AuthMerging And
    Require all granted
</Directory>
```

## Why it matters
The folder is open, and the section that is found first says that it is closed.

## When to ignore it
Where the later one is what you want; then remove the earlier one.

## How to fix it
Join the two sections, and keep the `Require` lines that are meant.
)md";

std::string key_of(std::string_view argument) {
  std::string path(trim(argument));
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool merges(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("AuthMerging") && !equals_ignoring_case(d.arg(0), "Off")) return true;
  }
  return false;
}

// Sections are of one kind, in one server or section, for one argument.
using Key = std::tuple<const conf::Directive*, std::string, std::string>;

void judge(const Snapshot& snapshot, std::string_view kind, Reporter& report) {
  struct Earlier {
    const conf::Directive* section;
    Access access;
  };
  std::map<Key, Earlier> earlier;
  for (const conf::Directive* section : snapshot.config.all_sections(kind)) {
    const auto required = required_in(*section);
    if (!required) continue;
    const Key key{section->parent, lower(section->name),
                  key_of(section->arg(0)) + " " + key_of(section->arg(1))};
    const auto [found, is_new] = earlier.insert({key, {section, required->access}});
    if (is_new) continue;
    if (required->access < found->second.access && !merges(*section)) {
      report
          .find(*section, fmt::format("the Require of line {} in {} is replaced by a wider one",
                                      found->second.section->line,
                                      snapshot.config.file_of(*found->second.section).path))
          .evidence(*found->second.section, "stricter, and replaced")
          .fix("join the two sections", FixRisk::decision);
    }
    found->second = {section, required->access};
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view kind :
       {"Directory", "DirectoryMatch", "Files", "FilesMatch", "Location", "LocationMatch"}) {
    judge(snapshot, kind, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "duplicate-section",
    .severity = Severity::high,
    .title = "A second section for the same place replaces a stricter Require",
    .references = {"CWE-284"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::duplicate_section
