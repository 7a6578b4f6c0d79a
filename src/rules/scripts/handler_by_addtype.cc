#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::handler_by_addtype {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Files become programs because `AddType` gives them a media type that a module takes for a handler
(`application/x-httpd-php` and its kin). A media type that an `Action` names is meant so and left alone.
```apache bad
AddType application/x-httpd-php .php
#       ^~~~~~~~~~~~~~~~~~~~~~~
```
```apache fixed
<FilesMatch "\.php$">
    SetHandler application/x-httpd-php
</FilesMatch>
```
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/shop>
    AddType application/x-httpd-php .php .phtml
    #       ^~~~~~~~~~~~~~~~~~~~~~~
</Directory>
```
```apache fixed
DocumentRoot /srv/shop
<Directory /srv/shop>
    <FilesMatch "\.(php|phtml)$">
        SetHandler application/x-httpd-php
    </FilesMatch>
</Directory>
```
```apache good
<FilesMatch "\.php$">
    SetHandler application/x-httpd-php
</FilesMatch>
```
```apache good
AddType application/x-compress .Z
AddType text/html .shtml
```

## Why it matters
What kind of content a file has and which program runs it are two questions. In httpd 2.4.60 and 2.4.61 such
files were sent as text under certain requests: the source, with its passwords (CVE-2024-39884,
CVE-2024-40725). The type also takes `x.php.jpg`, which an upload form lets through.

## When to ignore it
Never: the other form does the same and is no longer.

## How to fix it
`SetHandler` within a `<FilesMatch>` that is anchored at the end.
)md";

bool is_handler_type(std::string_view type) {
  return contains_ignoring_case(type, "x-httpd-") || contains_ignoring_case(type, "x-php");
}

// `\.php$`, `\.(php|phtml)$`.
std::string pattern_for(const conf::Directive& d) {
  std::string names;
  for (size_t i = 1; i < d.words.size(); ++i) {
    std::string_view extension = d.arg(i);
    if (extension.starts_with('.')) extension.remove_prefix(1);
    if (!names.empty()) names += '|';
    names += extension;
  }
  return d.words.size() > 2 ? fmt::format("\\.({})$", names) : fmt::format("\\.{}$", names);
}

bool is_in_files_section(const conf::Directive& d) {
  return d.enclosing("Files") != nullptr || d.enclosing("FilesMatch") != nullptr ||
         d.enclosing("Location") != nullptr || d.enclosing("LocationMatch") != nullptr;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("AddType")) {
    if (!is_handler_type(d->arg(0)) || d->words.size() < 2) continue;
    bool has_action = false;
    for (const conf::Directive* action : snapshot.config.all("Action")) {
      has_action = has_action || equals_ignoring_case(action->arg(0), d->arg(0));
    }
    if (has_action) continue;
    Draft draft =
        report.find(*d, 0, fmt::format("{} is a handler, and AddType binds it", d->arg(0)));
    draft.fix("bind the handler with SetHandler", FixRisk::careful,
              "files with the ending in the middle of their name");
    if (is_in_files_section(*d)) continue;
    draft.replace(*d, fmt::format("<FilesMatch \"{}\">\n    SetHandler {}\n</FilesMatch>",
                                  pattern_for(*d), d->arg(0)));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "handler-by-addtype",
    .severity = Severity::medium,
    .title = "A media type decides which files run as programs",
    .references = {"CVE-2024-39884", "CVE-2024-40725", "CWE-540"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::handler_by_addtype
