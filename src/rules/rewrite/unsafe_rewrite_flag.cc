#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/rewriting.h"

namespace stockade::rules::unsafe_rewrite_flag {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `RewriteRule` has a flag that switches off a protection which httpd 2.4.60 brought: `UnsafeAllow3F` or
`UnsafePrefixStat`.

```apache bad
RewriteEngine on
RewriteRule "^/html/(.*)$" "/$1.html" [UnsafePrefixStat,L]
#                                     ^
```
```apache fixed
RewriteEngine on
RewriteRule "^/html/(.*)$" "/$1.html" [L]
```
```apache bad
Listen 80
<VirtualHost *:80>
    RewriteEngine on
    RewriteRule "^/page/(.*)$" "/show/$1.php" [UnsafeAllow3F]
    #                                         ^
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    RewriteEngine on
    RewriteRule "^/page/(.*)$" "/show/$1.php"
</VirtualHost>
```
```apache good
RewriteEngine on
RewriteRule "^/html/(.*)$" "/pages/$1.html" [L]
```
```apache good
RewriteEngine on
RewriteRule "^/html/(.*)$" "/pages/$1.html"
```

## Why it matters
With `UnsafeAllow3F` an encoded question mark cuts off what the rule appends, such as `.php`: a script's
source is sent instead of its result (CVE-2024-38474). With `UnsafePrefixStat` a request can name a
folder of the machine (CVE-2024-38475).

## When to ignore it
Where the group of the pattern takes letters and digits only, so that neither can happen.

## How to fix it
Take the flag away, and see in the error log (AH10508, AH10410) whether requests depended on it. Write
the first segment of the target out instead.
)md";

constexpr std::array<std::string_view, 2> kUnsafe = {"UnsafeAllow3F", "UnsafePrefixStat"};

bool is_unsafe(std::string_view flag) {
  for (std::string_view name : kUnsafe) {
    if (equals_ignoring_case(flag, name)) return true;
  }
  return false;
}

// The flags of the rule's last argument without the unsafe ones: "[L]", or "".
std::string safe_flags(const conf::Directive& rule) {
  std::string_view flags = trim(rule.words.back().text);
  flags = flags.substr(1, flags.size() - 2);
  std::vector<std::string> kept;
  for (std::string_view flag : split(flags, ',')) {
    if (!is_unsafe(trim(flag))) kept.emplace_back(flag);
  }
  return kept.empty() ? "" : fmt::format("[{}]", join(kept, ","));
}

// The rule as written, without its flags and the blanks before them.
std::string without_flags(const Snapshot& snapshot, const conf::Directive& rule) {
  const std::string_view bytes = snapshot.config.file_of(rule).bytes;
  const std::string_view line = bytes.substr(rule.offset, rule.words.back().offset - rule.offset);
  return std::string(trim(line));
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* rule : snapshot.config.all("RewriteRule")) {
    for (std::string_view name : kUnsafe) {
      if (!has_flag(*rule, name, name)) continue;
      const size_t last = rule->words.size() - 1;
      const std::string kept = safe_flags(*rule);
      Draft draft = report.find(*rule, last, fmt::format("{} switches a protection off", name));
      draft.about(std::string(name))
          .fix("take the flag away", FixRisk::careful, "URLs that depend on it get 403");
      if (has_flag(*rule, kUnsafe[0], "") && name == kUnsafe[1]) continue;
      if (kept.empty()) {
        draft.replace(*rule, without_flags(snapshot, *rule));
      } else {
        draft.replace_word(*rule, last, kept);
      }
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "unsafe-rewrite-flag",
    .severity = Severity::medium,
    .title = "A rewrite flag switches off a protection of httpd",
    .references = {"CVE-2024-38474", "CVE-2024-38475", "CWE-116"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::unsafe_rewrite_flag
