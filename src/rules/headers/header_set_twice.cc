#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"

namespace stockade::rules::header_set_twice {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
One response header is set both with and without `always`. These are two tables of httpd, and a
successful response sends both: the browser gets the header twice.

```apache bad
Header always set X-Frame-Options DENY
Header set X-Frame-Options SAMEORIGIN
#          ^~~~~~~~~~~~~~~
```
```apache fixed
Header always set X-Frame-Options DENY
```
```apache bad
Listen 443
Header set Strict-Transport-Security "max-age=63072000"
#          ^~~~~~~~~~~~~~~~~~~~~~~~~
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Header always set Strict-Transport-Security "max-age=300"
</VirtualHost>
```
```apache good
Header always set X-Frame-Options DENY
```
Taken out of the other table first, it is sent once; this also replaces what an application sent:
```apache good
Header onsuccess unset X-Frame-Options
Header always set X-Frame-Options DENY
```
```apache good
Header set X-Frame-Options SAMEORIGIN
Header set X-Frame-Options DENY
```

## Why it matters
Browsers do not agree on what two values mean: of two `X-Frame-Options` many obey neither, of two
`Strict-Transport-Security` only the first counts, two policies are both enforced.

## When to ignore it
For headers that may come several times, such as `Link`; those are not reported if added with `add`.

## How to fix it
Keep the line with `always` and remove the other.
)md";

void report_pair(const HeaderState& state, Reporter& report) {
  const conf::Directive& plain = *state.on_success->directive;
  const conf::Directive& always = *state.always->directive;
  Draft draft = report.find(
      plain, state.on_success->name_word,
      fmt::format("{} is sent twice in every successful response", state.on_success->name));
  draft.evidence(always, "sets it in the other table");
  if (plain.parent == always.parent) {
    draft
        .fix("keep the one that error pages send too", FixRisk::careful,
             "a value that only successful responses had is gone")
        .remove(plain);
  } else {
    draft.fix("set it in one table only, with always", FixRisk::decision);
  }
}

bool is_plain_set(const std::optional<HeaderLine>& line) {
  return line && equals_ignoring_case(line->action, "set") && !line->conditional;
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::set<std::string> names;
  for (const conf::Directive* d : snapshot.config.all("Header")) {
    if (const auto line = header_line(*d)) names.insert(lower(line->name));
  }
  std::set<const conf::Directive*> reported;
  for (const std::string& name : names) {
    const HeaderLines lines(snapshot, name);
    for (const conf::Server* server : lines.servers(snapshot)) {
      const HeaderState state = lines.of(*server);
      if (!is_plain_set(state.on_success) || !is_plain_set(state.always)) continue;
      if (reported.insert(state.on_success->directive).second) report_pair(state, report);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "header-set-twice",
    .severity = Severity::low,
    .title = "A response header is sent twice, with values that may differ",
    .references = {"CWE-693"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::header_set_twice
