#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/captures.h"
#include "rules/support/rewriting.h"

namespace stockade::rules::proxy_query_injection {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `RewriteRule` with `[P]` puts a part of the path into the query of the backend's URL and has no `[B]`.
httpd decodes the path before it matches; without `[B]` the decoded text goes into the query as it is.
Groups that cannot take a `&` are left out.

```apache bad
RewriteEngine on
RewriteRule "^/item/(.*)$" "http://127.0.0.1:8080/show?id=$1" [P]
#                          ^
```
```apache fixed
RewriteEngine on
RewriteRule "^/item/(.*)$" "http://127.0.0.1:8080/show?id=$1" [P,B]
```
```apache bad
<Directory /srv/www>
    RewriteEngine on
    RewriteRule "^tag/([^/]+)" "http://127.0.0.1:8080/tags?role=guest&tag=$1" [P,L]
    #                          ^
</Directory>
```
```apache fixed
<Directory /srv/www>
    RewriteEngine on
    RewriteRule "^tag/([^/]+)" "http://127.0.0.1:8080/tags?role=guest&tag=$1" [P,L,B]
</Directory>
```
```apache good
RewriteEngine on
RewriteRule "^/item/([0-9]+)$" "http://127.0.0.1:8080/show?id=$1" [P]
```
```apache good
RewriteEngine on
RewriteRule "^/item/(.*)$" "http://127.0.0.1:8080/show?id=$1" [P,B,QSA]
RewriteRule "^/app/(.*)$" "http://127.0.0.1:8080/$1" [P]
```

## Why it matters
`/item/7%26role%3Dadmin` becomes `?id=7&role=admin`: the client adds parameters, or replaces those that
the rule sets. Before 2.4.56 a line end in the path even made two requests of one (CVE-2023-25690).

## When to ignore it
Where the backend expects several parameters in the path and takes none for trusted.

## How to fix it
Add `B`, which encodes the text again, or let the group take only what is meant: `([0-9]+)`.
)md";

constexpr uint32_t kSplitFixed = 20456;

bool can_add_parameters(const conf::Directive& rule) {
  const std::string_view target = rule.arg(1);
  const size_t query = target.find('?');
  if (query == std::string_view::npos) return false;
  const auto groups = groups_of(rule.arg(0));
  for (const Reference& reference : references_in(target.substr(query))) {
    if (reference.kind != Reference::Kind::group) continue;
    if (reference.number == 0) return true;
    if (reference.number > groups.size()) continue;
    if (group_takes(groups[reference.number - 1].text, "7&role=admin")) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* rule : snapshot.config.all("RewriteRule")) {
    if (!proxies(*rule) || has_flag(*rule, "B", "escapebackreferences")) continue;
    if (!can_add_parameters(*rule)) continue;
    Draft draft = report.find(*rule, 1, "a part of the path can add parameters to the query");
    if (snapshot.environment.version < kSplitFixed) draft.severity(Severity::high);
    const size_t last = rule->words.size() - 1;
    std::string flags(rule->arg(last));
    flags.insert(flags.rfind(']'), ",B");
    draft
        .fix("encode what is taken from the path", FixRisk::careful,
             "a backend that expects several parameters in it")
        .replace_word(*rule, last, std::move(flags));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-query-injection",
    .severity = Severity::medium,
    .title = "A part of the path can add parameters to the backend's query",
    .references = {"CVE-2023-25690", "CWE-88", "CWE-444"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_query_injection
