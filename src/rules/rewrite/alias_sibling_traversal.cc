#include <fmt/format.h>

#include "rules/reporter.h"

namespace stockade::rules::alias_sibling_traversal {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The URL of an `Alias` or `ScriptAlias` ends in a slash and its folder does not. httpd replaces the one by
the other, so `/docs/` becomes `/srv/docs` and `/docs/-old/x` becomes `/srv/docs-old/x`.

```apache bad
Alias /docs/ /srv/docs
#            ^
```
```apache fixed
Alias /docs/ "/srv/docs/"
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    ScriptAlias "/run/" "/srv/shop/cgi"
    #                   ^
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    ScriptAlias "/run/" "/srv/shop/cgi/"
</VirtualHost>
```
```apache good
Alias /docs/ /srv/docs/
Alias /manual /srv/manual
```
An alias for a single file has no folder beside it:
```apache good
Alias /favicon.ico /srv/icons/shop.ico
```

## Why it matters
Every folder and file whose path begins like the one that is meant can be asked for: `/srv/docs-old`,
`/srv/docs.tar.gz`, `/srv/docs_private`, as far as a `<Directory>` lets it through.

## When to ignore it
Where nothing beside the folder begins with its name, now and later.

## How to fix it
End both in a slash, or neither.
)md";

void judge(const conf::Directive& d, Reporter& report) {
  const std::string_view url = d.arg(0);
  const std::string_view folder = d.arg(1);
  if (d.words.size() < 2 || url.size() < 2 || !url.ends_with('/') || folder.ends_with('/')) return;
  report
      .find(d, 1,
            fmt::format("{} also leads to everything beside {} that begins like it", url, folder))
      .example(fmt::format("{}-old/", url))
      .fix("end the folder in a slash too", FixRisk::careful,
           "URLs that lead to a neighbour of the folder on purpose")
      .replace_word(d, 1, fmt::format("\"{}/\"", folder));
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"Alias", "ScriptAlias"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) judge(*d, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "alias-sibling-traversal",
    .severity = Severity::high,
    .title = "An alias leads to the folders beside the one that is meant",
    .references = {"CWE-22"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::alias_sibling_traversal
