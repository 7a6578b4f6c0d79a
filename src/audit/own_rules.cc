#include "audit/own_rules.h"

#include <algorithm>

#include "audit/configuration.h"

namespace stockade::audit {

namespace {

constexpr std::string_view kRefusedPage = R"md(
## What it finds
A line that httpd does not accept: it would say so in `apachectl configtest` and not start. The first
one named is where httpd stops; the others are what it would meet after that.

## Why it matters
A running httpd keeps the configuration it read last, so nobody notices until the next restart, a
reboot or a log rotation at night. Then the site is down. Stockade reads on past the error as well as
it can, but what httpd would make of the mended file is not known: that is listed as not checked.

## When to ignore it
When the copy you audit lacks files that the real machine has, such as certificates or modules.

## How to fix it
Mend the line named first, run `apachectl configtest`, and audit again.
)md";

constexpr std::string_view kWarningPage = R"md(
## What it finds
A line at which httpd prints a warning and goes on: a variable that is not defined, a module loaded
twice, a macro argument that is never used.

## Why it matters
httpd keeps running with something other than what was meant. `${NAME}` of an undefined variable, for
one, stays in the text as it is, and a path with it leads nowhere.

## When to ignore it
When the variable comes from an environment that the audit does not know (pass it with `-D`), or when
the warning is known and harmless.

## How to fix it
Define what is missing, or take the line out. `apachectl configtest` shows the same warning.
)md";

constexpr std::string_view kExpiredPage = R"md(
## What it finds
A remark `# stockade: ignore=RULE until=DATE reason=...` whose date has passed.

## Why it matters
The finding it answered counts as open again. The date was set so that somebody looks once more; this
is that day.

## When to ignore it
Never: set a new date, or take the remark out.

## How to fix it
Mend what the remark covered. Where it is still acceptable, write a new date and a reason that is true
today.
)md";

constexpr std::string_view kInvalidPage = R"md(
## What it finds
A remark that Stockade cannot follow: it names a rule that does not exist, gives no reason, has a date
that is none, or is written in another form than
`# stockade: ignore=RULE until=2027-01-31 reason=why this is acceptable`.

## Why it matters
Somebody believes that a finding was answered. It was not, and it is reported as open.

## When to ignore it
Never.

## How to fix it
Write the remark in the form above. Several rules are separated by commas; `until` may be left out; the
reason may not.
)md";

constexpr std::string_view kUnusedPage = R"md(
## What it finds
A remark that covers nothing: the rule it names finds nothing there any more, or no directive follows
the remark in its section.

## Why it matters
It stays behind as a blind spot. When somebody makes the old mistake again at the same place, nobody
will hear of it.

## When to ignore it
When the remark is meant for another machine that shares this file.

## How to fix it
Take the remark out.
)md";

}  // namespace

std::span<const rules::Rule> own_rules() {
  static const rules::Rule kRules[] = {
      {.id = kConfigurationRefused,
       .severity = Severity::high,
       .title = "httpd refuses this configuration",
       .references = {},
       .page = kRefusedPage,
       .family = "audit"},
      {.id = kConfigurationWarning,
       .severity = Severity::low,
       .title = "httpd warns about this configuration",
       .references = {},
       .page = kWarningPage,
       .family = "audit"},
      {.id = "suppression-expired",
       .severity = Severity::medium,
       .title = "A remark that accepted a finding has expired",
       .references = {},
       .page = kExpiredPage,
       .family = "audit"},
      {.id = "suppression-invalid",
       .severity = Severity::medium,
       .title = "A remark that should accept a finding cannot be followed",
       .references = {},
       .page = kInvalidPage,
       .family = "audit"},
      {.id = "suppression-unused",
       .severity = Severity::low,
       .title = "A remark accepts a finding that is not there",
       .references = {},
       .page = kUnusedPage,
       .family = "audit"},
  };
  return kRules;
}

const rules::Rule* find_any_rule(std::string_view id) {
  const auto own = own_rules();
  const auto found =
      std::find_if(own.begin(), own.end(), [&](const rules::Rule& rule) { return rule.id == id; });
  return found == own.end() ? rules::find_rule(id) : &*found;
}

}  // namespace stockade::audit
