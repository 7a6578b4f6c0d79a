#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/captures.h"
#include "rules/support/client_target.h"

namespace stockade::rules::redirect_to_client_host {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A redirect leads to a host that a link can choose: the URL or its query gives the host, or what is left
of the path is glued to the end of the host's name, because one slash is missing.

```apache bad
Redirect permanent "/" "https://www.example.org"
#                      ^
```
```apache fixed
Redirect permanent "/" "https://www.example.org/"
```
```apache bad
RewriteEngine on
RewriteRule "^/(.*)$" "https://www.example.org$1" [R=301,L]
#                     ^
RewriteCond %{QUERY_STRING} url=([^&]+)
RewriteRule "^/out$" "https://%1" [R]
#                    ^
RedirectMatch "^/go/(.+)$" "http://$1"
#                          ^
```
```apache good
Redirect permanent "/" "https://www.example.org/"
Redirect "/docs" "https://docs.example.org"
RedirectMatch "^/(.*)$" "https://www.example.org/$1"
```
The host that the client asked for is no choice of a link's author:
```apache good
RewriteEngine on
RewriteRule "^" "https://%{HTTP_HOST}%{REQUEST_URI}" [R=301,L]
RewriteRule "^(.*)$" "https://www.example.org$1" [R]
RewriteRule "^/(de|fr)/(.*)$" "https://$1.example.org/$2" [R]
```

## Why it matters
A link to your own site ends on somebody else's: `/.attacker.example/` is redirected to
`www.example.org.attacker.example`. Mail filters and people trust it, and login pages pass tokens along.

## When to ignore it
Where leading away is the purpose, and a page in between says where to.

## How to fix it
Write the host out and end it in a slash. Where several are wanted, let the group take just those:
`(de|fr)`.
)md";

bool is_status(std::string_view word) {
  for (std::string_view name : {"permanent", "temp", "seeother"}) {
    if (equals_ignoring_case(word, name)) return true;
  }
  return parse_number(word).has_value();
}

constexpr std::string_view kMessage = "a link can choose the host that this leads to";

// Redirect appends what follows its URL: where only that one ends in a slash, to the host's name.
void judge_redirect(const conf::Directive& d, Reporter& report) {
  const bool plain = d.is("Redirect");
  const size_t at = plain && is_status(d.arg(0)) ? 1 : 0;
  if (d.words.size() < at + 2 || !d.arg(at).ends_with('/')) return;
  const std::string_view target = d.arg(at + 1);
  if (target.empty() || origin_of(target) != target || target.ends_with("://")) return;
  report.find(d, at + 1, fmt::format("the rest of the path is glued to {}", target))
      .example(fmt::format("{}.attacker.example/", d.arg(at)))
      .fix("end the host in a slash")
      .replace_word(d, at + 1, fmt::format("\"{}/\"", target));
}

// RedirectMatch has the shape of a rule, after its status.
void judge_match(const Snapshot& snapshot, const conf::Directive& d, const ClientTargets& targets,
                 Reporter& report) {
  if (d.words.size() < 2) return;
  conf::Directive shifted = d;
  if (is_status(d.arg(0))) shifted.words = d.words.subspan(1);
  RewriteScope scope;
  scope.server = &snapshot.servers.of(d);
  if (targets.chosen_by_client(scope, {&shifted, {}}, false).empty()) return;
  report.find(d, d.words.size() - 1, std::string(kMessage))
      .fix("write the host out and end it in a slash", FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"Redirect", "RedirectPermanent", "RedirectTemp"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) judge_redirect(*d, report);
  }
  const ClientTargets targets(snapshot);
  for (const conf::Directive* d : snapshot.config.all("RedirectMatch")) {
    judge_match(snapshot, *d, targets, report);
  }
  for (const RewriteScope& scope : rewrite_scopes(snapshot)) {
    for (const RewriteStep& step : scope.steps) {
      if (!redirects(*step.rule)) continue;
      if (targets.chosen_by_client(scope, step, false).empty()) continue;
      report.find(*step.rule, 1, std::string(kMessage))
          .fix("write the host out and end it in a slash", FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "redirect-to-client-host",
    .severity = Severity::medium,
    .title = "A link to this site can end on any other site",
    .references = {"CWE-601"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::redirect_to_client_host
