#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/tree.h"

namespace stockade::rules::text_after_section_tag {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A directive stands on the line of an opening tag, behind its `>`. httpd ignores whatever follows the
last `>` of that line, and says nothing.

```apache bad
<Directory /srv/private> Require all denied
#^
</Directory>
```
```apache fixed
<Directory /srv/private>
    Require all denied
</Directory>
```
```apache bad
Listen 80
<VirtualHost *:80> ServerName shop.example
#^
    <Location /admin> Require ip 192.0.2.7
    #^
        SetHandler server-status
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /admin>
        Require ip 192.0.2.7
        SetHandler server-status
    </Location>
</VirtualHost>
```
A remark there does no harm, nor does a `>` inside an expression:
```apache good
<Directory /srv/private>  # the accounts
    Require all denied
</Directory>
```
```apache good
<If "%{REQUEST_STATUS} > 399">
    Header set X-Failed yes
</If>
```

## Why it matters
The line looks like protection and is none: the folder of the first example is handed out to everybody
whom the sections above let in. `apachectl configtest` says that the syntax is fine.

## When to ignore it
Where the text is meant as a remark; then put a `#` before it.

## How to fix it
Give each directive a line of its own. Look first whether the site still works with it: it has never
been in force here.
)md";

// What stands behind the tag, if it is a directive that somebody meant.
std::string_view lost_directive(const conf::Directive& section) {
  const size_t end = section.args.rfind('>');
  if (end == std::string_view::npos) return {};
  const std::string_view rest = trim(section.args.substr(end + 1));
  if (rest.empty() || rest.front() == '#') return {};
  const auto words = split_words(rest);
  const bool known = conf::directive_id(words.front(), false) != conf::kUnknownDirective;
  return known ? rest : std::string_view();
}

void judge(const conf::Directive& section, Reporter& report) {
  const std::string_view lost = lost_directive(section);
  if (lost.empty()) return;
  const std::string_view args = section.args.substr(0, section.args.rfind('>') + 1);
  report.find(section, fmt::format("\"{}\" stands behind the tag's '>' and is ignored", lost))
      .fix("move it to a line of its own", FixRisk::careful,
           "what it says comes into force for the first time")
      .replace(section, fmt::format("<{} {}", section.name, args))
      .insert_first(section, std::string(lost));
}

void check(const Snapshot& snapshot, Reporter& report) {
  for_each_directive(snapshot.config, [&](const conf::Directive& d) {
    if (d.section) judge(d, report);
  });
}

}  // namespace

extern const Rule kRule{
    .id = "text-after-section-tag",
    .severity = Severity::high,
    .title = "A directive behind an opening tag is silently ignored",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::text_after_section_tag
