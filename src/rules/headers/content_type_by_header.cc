#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"

namespace stockade::rules::content_type_by_header {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Header set Content-Type` overwrites the type of whatever is sent: of every file that the section
takes in, and of error pages. Conditional lines (`env=`, `expr=`) are not reported.

```apache bad
Header set Content-Type "text/html; charset=utf-8"
#          ^~~~~~~~~~~~
```
```apache bad
<Location /api>
    Header always set Content-Type application/json
    #                 ^~~~~~~~~~~~
</Location>
```
```apache good
AddType application/json .json
AddDefaultCharset utf-8
```
```apache good
<FilesMatch "\.webmanifest$">
    Header set Content-Type application/manifest+json
</FilesMatch>
```
```apache good
<Location /api>
    Header set Content-Type application/json "expr=-z %{CONTENT_TYPE}"
</Location>
```

## Why it matters
A picture that somebody uploaded is sent as a web page and its text runs as a script in the visitor's
browser; an error page sent as JSON shows its markup. What a program said of its own output is lost.

## When to ignore it
Where the section really holds one kind of content and its errors are of that kind too.

## How to fix it
Tell httpd the type instead: `AddType` by extension, `ForceType` for one folder, `AddDefaultCharset` for
the character set alone.
)md";

// A section that names files by their kind is what AddType would be.
bool names_files(const conf::Directive& d) {
  return d.enclosing("Files") != nullptr || d.enclosing("FilesMatch") != nullptr;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("Header")) {
    const auto line = header_line(*d);
    if (!line || line->conditional || !equals_ignoring_case(line->action, "set")) continue;
    if (!equals_ignoring_case(line->name, "Content-Type") || names_files(*d)) continue;
    if (d->enclosing("If") != nullptr) continue;
    report.find(*d, line->name_word, "one type is forced on everything that is sent here")
        .fix("use AddType, ForceType or AddDefaultCharset", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "content-type-by-header",
    .severity = Severity::low,
    .title = "One content type is written over that of every answer",
    .references = {"CWE-430"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::content_type_by_header
