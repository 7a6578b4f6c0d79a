#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/captures.h"
#include "rules/support/rewriting.h"

namespace stockade::rules::first_segment_from_capture {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
On httpd before 2.4.60, a server-wide `RewriteRule` builds the first segment of its path from the
request. If a folder of that name exists at the top of the file system, httpd takes the result for a path
of the machine and not for a URL (CVE-2024-38475).

```apache bad
#: version 2.4.57
RewriteEngine on
RewriteRule "^/html/(.*)$" "/$1.html"
#                          ^
```
```apache bad
#: version 2.4.52
RewriteEngine on
RewriteCond %{HTTP:X-Site} (.+)
RewriteRule "^/(.*)$" "/%1/$1" [L]
#                     ^
```
```apache good
#: version 2.4.62
RewriteEngine on
RewriteRule "^/html/(.*)$" "/$1.html"
```
```apache good
#: version 2.4.57
RewriteEngine on
RewriteRule "^/html/(.*)$" "/pages/$1.html"
RewriteRule "^/go/(.*)$" "/$1" [R]
RewriteRule "^/app/(.*)$" "/$1" [PT]
```

## Why it matters
`/html/usr/share/x` becomes the file `/usr/share/x.html`: files outside of every served folder are
handed out, source code of scripts among them, wherever a `<Directory>` grants. The hole has been used
widely.

## When to ignore it
Where the distribution has put the correction into its older version: ask for CVE-2024-38475 in the
package's changelog.

## How to fix it
Update httpd to 2.4.60 or newer; or write the first segment out, or add `[PT]`.
)md";

constexpr uint32_t kFixed = 20460;

bool builds_first_segment(const conf::Directive& rule) {
  const std::string_view target = rule.arg(1);
  if (!target.starts_with('/')) return false;
  const std::string_view segment = target.substr(1, target.find('/', 1) - 1);
  for (const Reference& reference : references_in(segment)) {
    const bool variable = reference.kind == Reference::Kind::variable;
    if (reference.kind == Reference::Kind::map) continue;
    if (variable && (reference.name == "DOCUMENT_ROOT" || reference.name.starts_with("ENV:"))) {
      continue;
    }
    return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.environment.version >= kFixed) return;
  for (const RewriteScope& scope : rewrite_scopes(snapshot)) {
    if (scope.per_directory) continue;
    for (const RewriteStep& step : scope.steps) {
      const conf::Directive& rule = *step.rule;
      if (proxies(rule) || redirects(rule) || has_flag(rule, "PT", "passthrough")) continue;
      if (!builds_first_segment(rule)) continue;
      report.find(rule, 1, "the request chooses the first segment, and so a folder of the machine")
          .fix("update httpd to 2.4.60 or newer", FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "first-segment-from-capture",
    .severity = Severity::high,
    .certainty = Certainty::outside,
    .title = "A request can turn a rewritten URL into a path of the machine",
    .references = {"CVE-2024-38475", "CWE-116", "CWE-22"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::first_segment_from_capture
