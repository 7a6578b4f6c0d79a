#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/rewriting.h"
#include "rules/support/servers.h"

namespace stockade::rules::rewrite_guard_dead {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `RewriteRule` can never act: `RewriteEngine` is not on for it; its pattern begins with a slash inside a
`<Directory>`, where httpd takes the slash away before it matches; or an earlier rule takes every request
and ends the rewriting.

```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    RewriteRule "^/private" - [F]
    #^
</VirtualHost>
```
```apache bad
<Directory /srv/www>
    RewriteEngine on
    RewriteRule "^/private/" - [F]
    #           ^
</Directory>
```
```apache fixed
<Directory /srv/www>
    RewriteEngine on
    RewriteRule "^private/" - [F]
</Directory>
```
```apache bad
RewriteEngine on
RewriteRule "^/?(.*)$" "/index.php/$1" [L]
RewriteRule "^/private" - [F]
#^
```
```apache good
Listen 80
RewriteEngine on
<VirtualHost *:80>
    ServerName shop.example
    RewriteRule "^/private" - [F]
</VirtualHost>
```
```apache good
RewriteEngine on
RewriteCond %{HTTPS} off
RewriteRule "^" "https://www.example.org%{REQUEST_URI}" [R,L]
RewriteRule "^/private" - [F]
<Directory /srv/www>
    RewriteEngine on
    RewriteRule "^private/" - [F]
    RewriteRule "^/?old/" - [G]
</Directory>
```
An inner directory takes the switch over from an outer one:
```apache good
<Directory /srv>
    RewriteEngine on
</Directory>
<Directory /srv/www>
    RewriteRule "^private/" - [F]
</Directory>
```

## Why it matters
The rule is there to be read, and forbids nothing. A request for the closed folder is answered like any
other.

## When to ignore it
Where a rule is kept switched off on purpose for a while; a comment would say so better.

## How to fix it
Switch `RewriteEngine on` in the same server or directory; drop the leading slash; put rules that forbid
before those that take everything.
)md";

// Whether any <Directory>, <Location> ... switches rewriting on, which those inside it take over.
bool on_in_any_section(const Snapshot& snapshot) {
  const auto all = snapshot.config.all("RewriteEngine");
  return std::any_of(all.begin(), all.end(), [&](const conf::Directive* d) {
    return d->parent != snapshot.servers.of(*d).section && is_on(*d);
  });
}

bool is_off_for(const RewriteScope& scope, bool some_section_on) {
  if (scope.engine != nullptr) return is_off(*scope.engine);
  if (scope.per_directory) return !some_section_on;
  const conf::Directive* engine = scope.server->last("RewriteEngine");
  return engine == nullptr || is_off(*engine);
}

bool takes_everything(const RewriteStep& step) {
  if (!step.conditions.empty()) return false;
  for (std::string_view pattern :
       {"^", "$", ".*", "^.*", "^.*$", ".?", "(.*)", "^(.*)", "^(.*)$", "^/", "^/(.*)", "^/(.*)$",
        "^/.*", "^/.*$", "^/?(.*)$", "^/?", "^/?.*$", "/"}) {
    if (step.rule->arg(0) == pattern) return true;
  }
  return false;
}

// In a directory [L] starts over with the new URL; only [END] ends it for good.
bool ends(const RewriteStep& step, bool per_directory) {
  const conf::Directive& rule = *step.rule;
  if (!takes_everything(step)) return false;
  if (has_flag(rule, "END", "end") || proxies(rule) || forbids(rule)) return true;
  return !per_directory && has_flag(rule, "L", "last");
}

// Chains and skips jump over rules in ways that are not followed here.
bool jumps(const RewriteStep& step) {
  return has_flag(*step.rule, "C", "chain") || has_flag(*step.rule, "S", "skip");
}

void judge_slash(const RewriteScope& scope, const conf::Directive& rule, Reporter& report) {
  if (!scope.per_directory || !scope.section->is("Directory")) return;
  std::string_view pattern = rule.arg(0);
  if (pattern.starts_with("!") || !pattern.starts_with("^/")) return;
  const std::string_view rest = pattern.substr(2);
  // "^/?x" and "^/*x" match without the slash as well; so does one side of an alternative.
  if (rest.starts_with('?') || rest.starts_with('*') || rest.starts_with('{')) return;
  if (pattern.find('|') != std::string_view::npos) return;
  report.find(rule, 0, "no path begins with a slash here, so the pattern never matches")
      .fix("drop the leading slash", FixRisk::careful, "the rule comes into force")
      .replace_word(rule, 0, fmt::format("\"^{}\"", rest));
}

void judge(const RewriteScope& scope, bool some_section_on, Reporter& report) {
  if (is_off_for(scope, some_section_on)) {
    Draft draft = report.find(*scope.steps.front().rule,
                              "RewriteEngine is not on here, so no rule of this place acts");
    if (scope.engine != nullptr) draft.evidence(*scope.engine, "switches rewriting off");
    draft.fix("switch RewriteEngine on", FixRisk::decision);
    return;
  }
  const RewriteStep* end = nullptr;
  bool jumped = false;
  for (const RewriteStep& step : scope.steps) {
    if (end != nullptr && forbids(*step.rule)) {
      report.find(*step.rule, "never asked: an earlier rule takes every request")
          .evidence(*end->rule, "takes every request and ends the rewriting")
          .fix("put it before that rule", FixRisk::decision);
    }
    judge_slash(scope, *step.rule, report);
    if (end == nullptr && !jumped && ends(step, scope.per_directory)) end = &step;
    jumped = jumps(step);
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  const bool some_section_on = on_in_any_section(snapshot);
  for (const RewriteScope& scope : rewrite_scopes(snapshot)) {
    judge(scope, some_section_on, report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "rewrite-guard-dead",
    .severity = Severity::medium,
    .title = "A rewrite rule can never act",
    .references = {"CWE-561", "CWE-284"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::rewrite_guard_dead
