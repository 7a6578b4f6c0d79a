#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/pattern.h"
#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"
#include "rules/support/servers.h"

namespace stockade::rules::cors_any_origin_with_credentials {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Access-Control-Allow-Origin` repeats whatever origin asks, or whatever passes a `SetEnvIf` pattern
that foreign names pass too, and `Access-Control-Allow-Credentials: true` stands beside it. Also
reported is `*` with credentials: browsers refuse that pair, so it never works.

```apache bad
Header always set Access-Control-Allow-Origin "expr=%{req:Origin}"
#                                             ^~~~~~~~~~~~~~~~~~~~~
Header always set Access-Control-Allow-Credentials true
```
```apache bad
SetEnvIf Origin "(.*)" ORIGIN=$1
Header set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
#                                      ^~~~~~~~~~~~
Header set Access-Control-Allow-Credentials "true"
```
A pattern without an end lets `https://shop.example.attacker.test` in:
```apache bad
SetEnvIf Origin "^https://shop\.example" ORIGIN=$0
Header set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
#                                      ^~~~~~~~~~~~
Header set Access-Control-Allow-Credentials "true"
```
```apache good
SetEnvIf Origin "^https://(www|api)\.shop\.example$" ORIGIN=$0
Header set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
Header set Access-Control-Allow-Credentials "true"
Header merge Vary Origin
```
Public data for everybody, without credentials, is what `*` is for:
```apache good
Header set Access-Control-Allow-Origin "*"
```

## Why it matters
Any page on the net may then ask this server in the name of its visitor, with the visitor's cookies,
and read the answer: messages, addresses, tokens.

## When to ignore it
Where the variable is cleared again for foreign origins by a rule that this check does not see.

## How to fix it
List the origins that may, with the pattern closed at both ends: `^https://(www|api)\.shop\.example$`.
Add `Header merge Vary Origin`, so that a cache does not give one origin's answer to another.
)md";

// What a careless pattern lets in.
constexpr std::array<std::string_view, 2> kForeign = {"https://attacker.test",
                                                      "http://attacker.test"};

// The literal name that a pattern like ^https://shop\.example stands for, extended by a stranger.
std::string extended(std::string_view pattern) {
  std::string text(pattern);
  if (text.starts_with('^')) text.erase(0, 1);
  text = replace_all(replace_all(std::move(text), "\\.", "."), "\\/", "/");
  text = replace_all(std::move(text), "https?", "https");
  return text + ".attacker.test";
}

bool lets_strangers_in(const conf::Directive& set_env_if) {
  const bool ignore_case = set_env_if.is("SetEnvIfNoCase");
  const auto pattern = Pattern::compile(set_env_if.arg(1), ignore_case);
  if (!pattern) return false;
  for (std::string_view origin : kForeign) {
    if (pattern->matches(origin)) return true;
  }
  return pattern->matches(extended(set_env_if.arg(1)));
}

// The name in "%{ORIGIN}e".
std::optional<std::string_view> variable_of(std::string_view value) {
  value = trim(value);
  if (!value.starts_with("%{") || !value.ends_with("}e")) return std::nullopt;
  return value.substr(2, value.size() - 4);
}

const conf::Directive* careless_setter(const Snapshot& snapshot, std::string_view variable) {
  for (std::string_view name : {"SetEnvIf", "SetEnvIfNoCase"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (!equals_ignoring_case(d->arg(0), "Origin")) continue;
      for (size_t i = 2; i < d->words.size(); ++i) {
        const std::string_view set = d->arg(i);
        const bool named = set.substr(0, set.find('=')) == variable;
        if (named && lets_strangers_in(*d)) return d;
      }
    }
  }
  return nullptr;
}

bool echoes_the_origin(std::string_view value) {
  value = trim(value);
  return equals_ignoring_case(value, "%{Origin}i") ||
         (starts_with_ignoring_case(value, "expr=") && contains_ignoring_case(value, "req:Origin"));
}

bool allows_credentials(const HeaderLines& credentials, const Snapshot& snapshot,
                        const conf::Directive& origin) {
  const HeaderState state = credentials.of(snapshot.servers.of(origin));
  for (const auto& line : {state.always, state.on_success}) {
    if (line && equals_ignoring_case(trim(line->value), "true")) return true;
  }
  return state.in_section != nullptr && state.in_section->parent == origin.parent;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const HeaderLines credentials(snapshot, "Access-Control-Allow-Credentials");
  if (credentials.empty()) return;
  for (const conf::Directive* d : snapshot.config.all("Header")) {
    const auto line = header_line(*d);
    if (!line || !line->sets()) continue;
    if (!equals_ignoring_case(line->name, "Access-Control-Allow-Origin")) continue;
    if (!allows_credentials(credentials, snapshot, *d)) continue;
    const size_t value_word = line->name_word + 1;
    if (trim(line->value) == "*") {
      report.find(*d, value_word, "any origin with credentials: browsers refuse this pair")
          .severity(Severity::low)
          .fix("name the origins, or send no credentials", FixRisk::decision);
      continue;
    }
    const auto variable = variable_of(line->value);
    const conf::Directive* setter = variable ? careless_setter(snapshot, *variable) : nullptr;
    if (setter == nullptr && !echoes_the_origin(line->value)) continue;
    Draft draft = report.find(*d, value_word, "any site may read answers with a visitor's cookies");
    if (setter != nullptr) draft.evidence(*setter, "foreign origins pass this pattern");
    draft.fix("let only the origins pass that you name, to the end of the name", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "cors-any-origin-with-credentials",
    .severity = Severity::high,
    .title = "Any site may read this server's answers in a visitor's name",
    .references = {"CWE-942", "CWE-346"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::cors_any_origin_with_credentials
