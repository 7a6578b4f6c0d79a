#include <fmt/format.h>

#include <optional>
#include <string>
#include <unordered_set>

#include "base/pattern.h"
#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::origin_regex_loose {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `SetEnvIf` tests the `Origin` header with a pattern that foreign sites pass as well, and its variable
decides about `Access-Control-Allow-Origin`. Stockade builds the names that an attacker would register and
tries them.

```apache bad
SetEnvIf Origin "https?://(www\.)?example\.org" cors=$0
#               ^
Header set Access-Control-Allow-Origin "%{cors}e" env=cors
```
```apache bad
SetEnvIfNoCase Origin "example\.org$" ORIGIN_OK
#                     ^
Header always set Access-Control-Allow-Origin "expr=%{HTTP:Origin}" env=ORIGIN_OK
```
```apache good
SetEnvIf Origin "^https://(www\.)?example\.org$" cors=$0
Header set Access-Control-Allow-Origin "%{cors}e" env=cors
```
A variable that opens nothing may be as loose as it likes:
```apache good
SetEnvIf Origin "example\.org" partner
CustomLog /var/log/apache2/partner.log "%h" env=partner
```

## Why it matters
`https://example.org.attacker.example` and `https://notexample.org` pass: a page there reads what this
site answers to a visitor, with the visitor's cookies where credentials are allowed.

## When to ignore it
Where everything behind it is public and takes no cookies; then `*` says so more clearly.

## How to fix it
Bind the pattern at both ends and escape the dots: `^https://(www\.)?example\.org$`.
)md";

bool is_name_char(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-';
}

// The last host name that is written out in the pattern: "example.org" of "(www\.)?example\.org$".
std::string host_in(std::string_view pattern) {
  std::string best;
  std::string run;
  for (size_t i = 0; i <= pattern.size(); ++i) {
    const char c = i < pattern.size() ? pattern[i] : '\0';
    if (is_name_char(c)) {
      run += c;
      continue;
    }
    if (c == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '.' && !run.empty()) {
      run += '.';
      ++i;
      continue;
    }
    if (c == '.' && !run.empty() && i + 1 < pattern.size() && is_name_char(pattern[i + 1])) {
      run += '.';
      continue;
    }
    if (run.find('.') != std::string::npos && !run.ends_with('.')) best = run;
    run.clear();
  }
  return best;
}

// An origin of somebody else's that the pattern lets in.
std::optional<std::string> foreign_origin(const Pattern& pattern, const std::string& host) {
  if (!pattern.matches("https://" + host) && !pattern.matches("http://" + host)) return {};
  for (std::string_view scheme : {"https://", "http://"}) {
    for (const std::string& foreign : {host + ".attacker.example", "not" + host}) {
      std::string origin = std::string(scheme) + foreign;
      if (pattern.matches(origin)) return origin;
    }
  }
  return {};
}

std::string_view variable_of(std::string_view word) { return word.substr(0, word.find('=')); }

// The names that stand in lines about Access-Control-Allow-Origin, as one text to search.
std::string allowing_lines(const Snapshot& snapshot) {
  std::string lines;
  for (const conf::Directive* d : snapshot.config.all("Header")) {
    if (d->has_arg("Access-Control-Allow-Origin")) lines.append(d->args).append("\n");
  }
  return lines;
}

bool names_variable(const std::string& lines, std::string_view variable) {
  for (const std::string& form :
       {fmt::format("%{{{}}}e", variable), fmt::format("env={}", variable),
        fmt::format("reqenv('{}')", variable), fmt::format("ENV:{}", variable)}) {
    if (lines.find(form) != std::string::npos) return true;
  }
  return false;
}

bool opens_cors(const std::string& lines, const conf::Directive& d) {
  for (size_t i = 2; i < d.words.size(); ++i) {
    if (names_variable(lines, variable_of(d.arg(i)))) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const std::string lines = allowing_lines(snapshot);
  if (lines.empty()) return;
  for (std::string_view name : {"SetEnvIf", "SetEnvIfNoCase"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (!equals_ignoring_case(d->arg(0), "Origin") || !opens_cors(lines, *d)) continue;
      const auto pattern = Pattern::compile(d->arg(1), name == "SetEnvIfNoCase");
      const std::string host = host_in(d->arg(1));
      if (!pattern || host.empty()) continue;
      const auto origin = foreign_origin(*pattern, host);
      if (!origin) continue;
      report.find(*d, 1, fmt::format("the pattern also lets {} in", *origin))
          .example(fmt::format("curl -H 'Origin: {}' -i http://127.0.0.1/", *origin))
          .fix("bind the pattern with ^ and $", FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "origin-regex-loose",
    .severity = Severity::medium,
    .title = "The test for friendly origins lets foreign sites pass",
    .references = {"CWE-942", "CWE-777"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::origin_regex_loose
