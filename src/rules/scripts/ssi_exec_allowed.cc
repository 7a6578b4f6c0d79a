#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::ssi_exec_allowed {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Pages may include the output of programs: `Options` holds `Includes` or `All`, and something has pages
parsed for it (the filter `INCLUDES`, the handler `server-parsed`, or `XBitHack`). `IncludesNOEXEC` allows
the same without the programs.
```apache bad
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
<Directory /srv/shop>
    Options +Includes
    #       ^~~~~~~~~
</Directory>
```
```apache fixed
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
<Directory /srv/shop>
    Options +IncludesNOEXEC
</Directory>
```
```apache bad
<Directory /srv/shop>
    Options All
    #       ^~~
    XBitHack on
</Directory>
```
```apache good
AddOutputFilter INCLUDES .shtml
<Directory /srv/shop>
    Options +IncludesNOEXEC
</Directory>
```
```apache good
<Directory /srv/shop>
    Options Includes FollowSymLinks
</Directory>
```

## Why it matters
Whoever gets one line into a page, a guest book or an upload, runs commands: `<!--#exec cmd="..." -->`.

## When to ignore it
Where pages use `#exec` or include CGI programs, and only you write them.

## How to fix it
`IncludesNOEXEC` in place of `Includes`. What breaks is `#exec`, and `#include virtual` of CGI programs
outside of `ScriptAlias`.
)md";

bool parses_pages(const conf::Config& config) {
  for (std::string_view name : {"AddOutputFilter", "SetOutputFilter", "AddOutputFilterByType"}) {
    for (const conf::Directive* d : config.all(name)) {
      if (contains_ignoring_case(d->arg(0), "INCLUDES")) return true;
    }
  }
  for (std::string_view name : {"AddHandler", "SetHandler"}) {
    for (const conf::Directive* d : config.all(name)) {
      if (equals_ignoring_case(d->arg(0), "server-parsed")) return true;
    }
  }
  for (const conf::Directive* d : config.all("XBitHack")) {
    if (!equals_ignoring_case(d->arg(0), "off")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const bool loaded = snapshot.config.has_module("include_module");
  if (!loaded || !parses_pages(snapshot.config)) return;
  for (const conf::Directive* d : snapshot.config.all("Options")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      std::string_view word = d->arg(i);
      const std::string_view sign = word.starts_with('+') ? "+" : "";
      word.remove_prefix(sign.size());
      const bool all = equals_ignoring_case(word, "All");
      if (!all && !equals_ignoring_case(word, "Includes")) continue;
      Draft draft = report.find(*d, i, "pages may run programs with #exec");
      draft.fix("allow includes without programs", FixRisk::careful, "pages that use #exec");
      if (!all) draft.replace_word(*d, i, fmt::format("{}IncludesNOEXEC", sign));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "ssi-exec-allowed",
    .severity = Severity::medium,
    .title = "A line in a page runs commands on the server",
    .references = {"CIS 5.3", "CWE-97"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::ssi_exec_allowed
