#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/captures.h"

namespace stockade::rules::regex_catastrophic {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A pattern that is matched against the request repeats a group which itself is nothing but a repetition:
`([a-z]+)*x`. The same text then fits in exponentially many ways, and a text that does not fit in the end
makes the engine try them all.

```apache bad
RewriteEngine on
RewriteRule "^/((?:[a-z]+)*([a-z0-9]+)*)\.html$" "/page/$1"
#           ^
```
```apache bad
SetEnvIf User-Agent "^(\w+\s?)*$" known
#                   ^
<LocationMatch "^/(.*)*/admin">
#              ^
    Require all denied
</LocationMatch>
```
```apache good
RewriteEngine on
RewriteRule "^/([a-z]+)\.html$" "/page/$1"
RewriteRule "^(/[^/]+)+$" "/page"
```
A repetition at the end of the pattern never has to be taken back, and one that a possessive `+` closes
cannot be:
```apache good
SetEnvIf User-Agent "^(\w+\s?)*" known
SetEnvIf Referer "^([a-z]++)*$" known
```

## Why it matters
One request with a few thousand fitting characters keeps a worker busy until PCRE gives up at ten million
steps, and a handful of them each second occupy the processor.

## When to ignore it
Where the pattern is matched against text that no client sends.

## How to fix it
Take one of the two repetitions away: `[a-z]+` for `([a-z]+)*`.
)md";

size_t behind_class(std::string_view text) {
  size_t i = 1;
  if (i < text.size() && text[i] == '^') ++i;
  if (i < text.size() && text[i] == ']') ++i;
  for (; i < text.size() && text[i] != ']'; ++i) {
    if (text[i] == '\\') ++i;
  }
  return std::min(i + 1, text.size());
}

// The length of one simple atom at the start: "a", ".", "\w", "[^/]"; 0 for anything else.
size_t atom_length(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '\\') return std::min<size_t>(2, text.size());
  if (text.front() == '[') return behind_class(text);
  return std::string_view("()|*+?{}^$").find(text.front()) == std::string_view::npos ? 1 : 0;
}

// Whether the group's text is one atom repeated without end, with optional atoms after it at most.
bool is_bare_repetition(std::string_view text) {
  if (text.starts_with("?:")) text.remove_prefix(2);
  const size_t atom = atom_length(text);
  if (atom == 0) return false;
  text.remove_prefix(atom);
  if (text.empty() || (text.front() != '+' && text.front() != '*')) return false;
  text.remove_prefix(1);
  if (text.starts_with('+')) return false;  // possessive
  if (text.starts_with('?')) text.remove_prefix(1);
  while (!text.empty()) {
    const size_t next = atom_length(text);
    if (next == 0 || next >= text.size()) return false;
    if (text[next] != '?' && text[next] != '*') return false;
    text.remove_prefix(next + 1);
  }
  return true;
}

size_t matching_end(std::string_view pattern, size_t open) {
  int depth = 0;
  for (size_t i = open; i < pattern.size();) {
    if (pattern[i] == '\\') {
      i += 2;
    } else if (pattern[i] == '[') {
      i += behind_class(pattern.substr(i));
    } else {
      if (pattern[i] == '(') ++depth;
      if (pattern[i] == ')' && --depth == 0) return i;
      ++i;
    }
  }
  return std::string_view::npos;
}

// The first group that repeats a bare repetition and has something behind it that can fail.
std::string_view costly_part(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '\\') {
      i += 2;
      continue;
    }
    if (pattern[i] == '[') {
      i += behind_class(pattern.substr(i));
      continue;
    }
    const size_t end = pattern[i] == '(' ? matching_end(pattern, i) : std::string_view::npos;
    if (end != std::string_view::npos && end + 2 < pattern.size()) {
      const char repeat = pattern[end + 1];
      const bool endless = (repeat == '*' || repeat == '+') && pattern[end + 2] != '+';
      if (endless && is_bare_repetition(pattern.substr(i + 1, end - i - 1))) {
        return pattern.substr(i, end + 2 - i);
      }
    }
    ++i;
  }
  return {};
}

void judge(const conf::Directive& d, size_t word, Reporter& report) {
  const std::string_view part = costly_part(d.arg(word));
  if (part.empty()) return;
  report.find(d, word, fmt::format("{} repeats a repetition", part))
      .fix("take one of the two repetitions away", FixRisk::decision);
}

struct Place {
  std::string_view directive;
  size_t word;
};

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Place& place :
       {Place{"RewriteRule", 0}, Place{"RewriteCond", 1}, Place{"SetEnvIf", 1},
        Place{"SetEnvIfNoCase", 1}, Place{"BrowserMatch", 0}, Place{"BrowserMatchNoCase", 0},
        Place{"AliasMatch", 0}, Place{"ScriptAliasMatch", 0}, Place{"ProxyPassMatch", 0}}) {
    for (const conf::Directive* d : snapshot.config.all(place.directive)) {
      judge(*d, place.word, report);
    }
  }
  // RedirectMatch may begin with a status, which is no costly pattern.
  for (const conf::Directive* d : snapshot.config.all("RedirectMatch")) {
    judge(*d, d->words.size() > 2 ? 1 : 0, report);
  }
  for (std::string_view section : {"LocationMatch", "FilesMatch", "DirectoryMatch", "ProxyMatch"}) {
    for (const conf::Directive* d : snapshot.config.all_sections(section)) judge(*d, 0, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "regex-catastrophic",
    .severity = Severity::medium,
    .title = "A pattern lets one request keep the processor busy",
    .references = {"CWE-1333", "CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::regex_catastrophic
