#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/pattern.h"
#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/authz.h"

namespace stockade::rules::regex_guard_hole {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A regular expression that guards lets through what it was written for, or one that opens opens more:

- a `<LocationMatch>` that guards and ends in `$`: `/admin$` does not take `/admin/`, and `\.php$` does not
  take `/index.php/x`, which runs the same script
- a `<FilesMatch>` or `<LocationMatch>` that grants by a name whose dot is not escaped or which is not
  anchored: `public.html` also takes `publicXhtml` and `notpublic.html.bak`

```apache bad
<LocationMatch "^/admin$">
#              ^~~~~~~~~~
    Require ip 192.0.2.0/24
</LocationMatch>
```
```apache fixed
<LocationMatch "^/admin(/|$)">
    Require ip 192.0.2.0/24
</LocationMatch>
```
```apache bad
<LocationMatch "^/uploads/.*\.(php|phtml)$">
#              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
    Require all denied
</LocationMatch>
```
```apache fixed
<LocationMatch "^/uploads/.*\.(php|phtml)(/|$)">
    Require all denied
</LocationMatch>
```
```apache bad
<Directory /srv/shop/internal>
    Require all denied
    <FilesMatch "status.html">
    #           ^~~~~~~~~~~~~
        Require all granted
    </FilesMatch>
</Directory>
```
```apache good
<LocationMatch "^/admin(/|$)">
    Require ip 192.0.2.0/24
</LocationMatch>
```
```apache good
<FilesMatch "\.(bak|old)$">
    Require all denied
</FilesMatch>
<Directory /srv/shop/internal>
    Require all denied
    <FilesMatch "^status\.html$">
        Require all granted
    </FilesMatch>
</Directory>
```

## Why it matters
The guard works in every test that its author thinks of. A slash more, and the request goes past it to the
same page.

## When to ignore it
Where nothing answers below that URL: then the longer one gets 404.

## How to fix it
End a guard with `(/|$)`, or write it as a `<Location>`, `<Files>` or `<Directory>` without a regular
expression. Anchor what opens: `^name\.html$`.
)md";

constexpr std::string_view kScripts[] = {"php", "phtml", "cgi", "pl", "py", "jsp", "fcgi", "rb"};

// "...\.php", "...\.(php|cgi)": a file that takes the rest of the URL as its argument.
bool ends_in_script(std::string_view body) {
  const size_t dot = body.rfind("\\.");
  if (dot == std::string_view::npos) return false;
  const std::string tail = replace_all(std::string(body.substr(dot + 2)), "?:", "");
  if (tail.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789|()?") != std::string::npos) {
    return false;
  }
  for (std::string_view extension : kScripts) {
    if (tail.find(extension) != std::string::npos) return true;
  }
  return false;
}

// "^/admin": a path in plain letters.
bool is_plain_path(std::string_view body) {
  const auto pattern = Pattern::compile("^\\^/[A-Za-z0-9_/-]*[A-Za-z0-9_-]$");
  return pattern && pattern->matches(body);
}

// The guard with an end that takes what follows too; nothing where its end is sound.
std::optional<std::string> mended_guard(std::string_view regex) {
  if (!regex.ends_with('$') || regex.ends_with("\\$") || regex.ends_with("|$")) return std::nullopt;
  const std::string_view body = regex.substr(0, regex.size() - 1);
  if (!is_plain_path(body) && !ends_in_script(body)) return std::nullopt;
  return std::string(body) + "(/|$)";
}

// An unescaped dot between letters, in what is otherwise a file's name.
bool grants_more_than_its_name(std::string_view regex) {
  const auto name = Pattern::compile("^\\^?[A-Za-z0-9_/-]*[A-Za-z0-9_-]\\\\?\\.[A-Za-z0-9]+\\$?$");
  if (!name || !name->matches(regex)) return false;
  return !regex.starts_with('^') || regex.find("\\.") == std::string_view::npos;
}

void judge(const Snapshot& snapshot, Reporter& report, const conf::Directive& section) {
  const std::string_view regex = regex_of(section);
  const size_t word = section.arg(0) == "~" ? 1 : 0;
  const auto answer = required_in(section);
  if (regex.empty() || !answer) return;
  const conf::Server& server = snapshot.servers.of(section);
  if (answer->access == Access::granted) {
    if (!grants_more_than_its_name(regex)) return;
    report.find(section, word, fmt::format("\"{}\" grants more names than the one meant", regex))
        .server(server)
        .fix("anchor the name at both ends and escape its dot", FixRisk::careful,
             "files that only the loose form takes");
    return;
  }
  if (!section.is("LocationMatch") && !section.is("Location")) return;
  const auto mended = mended_guard(regex);
  if (!mended) return;
  report.find(section, word, fmt::format("\"{}\" does not take the same URL with a slash", regex))
      .server(server)
      .fix("let the guard take what follows the name", FixRisk::careful,
           "URLs below the guarded one that are open today")
      .replace_word(section, word, fmt::format("\"{}\"", *mended));
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"LocationMatch", "FilesMatch", "Location", "Files"}) {
    for (const conf::Directive* section : snapshot.config.all_sections(name)) {
      judge(snapshot, report, *section);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "regex-guard-hole",
    .severity = Severity::medium,
    .title = "A guard by regular expression does not take what it was written for",
    .references = {"CWE-185", "CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::regex_guard_hole
