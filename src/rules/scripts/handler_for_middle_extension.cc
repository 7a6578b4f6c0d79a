#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/file_system.h"
#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/handlers.h"

namespace stockade::rules::handler_for_middle_extension {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`AddHandler` binds a program to an ending. It looks at every ending of a name, not at the last alone:
`picture.php.jpg` runs as well. Handlers of folders that hold nothing but programs, by `ScriptAlias` or in
a section with a name like `cgi-bin`, are left alone.
```apache bad
AddHandler application/x-httpd-php .php
#          ^~~~~~~~~~~~~~~~~~~~~~~
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
    Options +ExecCGI
    AddHandler cgi-script .cgi .pl
    #          ^~~~~~~~~~
</Directory>
```
```apache fixed
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options +ExecCGI
    <FilesMatch "\.(cgi|pl)$">
        SetHandler cgi-script
    </FilesMatch>
</Directory>
```
```apache good
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost/"
</FilesMatch>
```
```apache good
AddHandler type-map var
<Directory /usr/lib/cgi-bin>
    Options +ExecCGI
    AddHandler cgi-script .cgi
</Directory>
```
A folder that a package filled and nobody else may write to:
```apache good
#: dir /usr/share/gitweb
#: file /usr/share/gitweb/index.cgi
#: file /usr/share/gitweb/static/logo.png
Alias /gitweb /usr/share/gitweb
<Directory /usr/share/gitweb>
    Options +ExecCGI
    AddHandler cgi-script .cgi
</Directory>
```

## Why it matters
A form that takes pictures looks at the last ending and lets `picture.php.jpg` in. The server looks at all
of them and runs it.

## When to ignore it
Where no visitor can put a file anywhere below, and never will.

## How to fix it
`SetHandler` within a `<FilesMatch>` that is anchored at the end.
)md";

// A section for programs alone.
bool is_for_programs(const conf::Directive& d) {
  const conf::Directive* section = d.parent;
  while (section != nullptr && !section->is("Directory")) section = section->parent;
  return section != nullptr && contains_ignoring_case(section->arg(0), "cgi");
}

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

// Within <Files> the ending is settled already, or the section is no place for another.
bool is_in_files(const conf::Directive& d) {
  return d.enclosing("Files") != nullptr || d.enclosing("FilesMatch") != nullptr;
}

// A folder that packages filled and that is root's: nobody puts a file there through the web.
bool is_of_packages(const Snapshot& snapshot, const conf::Directive& d) {
  const conf::Directive* directory = d.enclosing("Directory");
  if (directory == nullptr || !snapshot.coverage.owners) return false;
  const std::string path = normal_path(directory->arg(0));
  if (!is_within(path, "/usr") || is_within(path, "/usr/local")) return false;
  if (!snapshot.paths.walked(path)) return false;
  constexpr uint32_t kOthersMayWrite = 022;
  const auto below = snapshot.paths.below(path);
  return std::all_of(below.begin(), below.end(), [](const auto& entry) {
    const FileStatus& status = entry.second->status;
    return status.type != FileType::directory ||
           (status.uid == 0 && (status.mode & kOthersMayWrite) == 0);
  });
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("AddHandler")) {
    if (!is_executing_handler(d->arg(0)) || d->words.size() < 2) continue;
    if (is_for_programs(*d) || is_in_files(*d) || is_of_packages(snapshot, *d)) continue;
    const std::string_view shown = d->arg(1);
    const std::string_view dot = shown.starts_with('.') ? "" : ".";
    Draft draft = report.find(
        *d, 0, fmt::format("{} also runs a file named x{}{}.jpg", d->arg(0), dot, shown));
    draft.fix("bind the handler to the last ending", FixRisk::careful,
              "files with the ending in the middle of their name");
    if (d->enclosing("Location") != nullptr || d->enclosing("LocationMatch") != nullptr) continue;
    const bool quoted = d->arg(0).find('|') != std::string_view::npos;
    draft.replace(*d, fmt::format("<FilesMatch \"{0}\">\n    SetHandler {2}{1}{2}\n</FilesMatch>",
                                  pattern_for(*d), d->arg(0), quoted ? "\"" : ""));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "handler-for-middle-extension",
    .severity = Severity::medium,
    .title = "A file runs as a program although its name ends like a picture's",
    .references = {"CWE-434", "CWE-646"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::handler_for_middle_extension
