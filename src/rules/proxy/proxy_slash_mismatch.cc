#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/captures.h"

namespace stockade::rules::proxy_slash_mismatch {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The prefix of a `ProxyPass` ends in a slash and its target does not. httpd replaces one by the other, so
what follows the slash in a request is glued to the target: to its path, or, where the target has no
path, to the name of the host.

```apache bad
ProxyPass "/" "http://backend.example"
#             ^
```
```apache fixed
ProxyPass "/" "http://backend.example/"
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass "/app/" "http://127.0.0.1:8080/app"
    #                 ^
    <Location "/wiki/">
        ProxyPass "https://wiki.example/w" retry=0
        #         ^
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass "/app/" "http://127.0.0.1:8080/app/"
    <Location "/wiki/">
        ProxyPass "https://wiki.example/w/" retry=0
    </Location>
</VirtualHost>
```
```apache good
ProxyPass "/app/" "http://127.0.0.1:8080/app/"
ProxyPass "/api" "http://127.0.0.1:8080/api"
ProxyPass "/static/" "!"
```
Behind a socket of the machine the name of the host counts for nothing:
```apache good
ProxyPass "/" "unix:/run/app.sock|http://app"
```

## Why it matters
With `ProxyPass / http://backend.example` a request for `/.attacker.example/` is sent to
`backend.example.attacker.example`: whoever owns that name gets the request, cookies and passwords
included. With a path, `/app/` reaches folders beside the one that is meant.

## When to ignore it
Never; no request is sent where this line says.

## How to fix it
End both with a slash, or neither.
)md";

// The prefix that a ProxyPass stands for, and which argument is the target.
struct Mapping {
  std::string_view prefix;
  size_t target = 0;
};

Mapping mapping_of(const conf::Directive& d) {
  if (d.arg(0).starts_with('/')) return {d.arg(0), 1};
  const bool in_location = d.parent != nullptr && d.parent->is("Location");
  return in_location ? Mapping{d.parent->arg(0), 0} : Mapping{};
}

void judge(const conf::Directive& d, Reporter& report) {
  const Mapping mapping = mapping_of(d);
  if (!mapping.prefix.ends_with('/') || mapping.prefix == "~") return;
  const std::string_view target = d.arg(mapping.target);
  const std::string_view origin = origin_of(target);
  const bool by_name = !starts_with_ignoring_case(target, "unix:") &&
                       !starts_with_ignoring_case(target, "balancer:");
  if (origin.empty() || !by_name || target.ends_with('/')) return;
  if (target.find_first_of("?$%") != std::string_view::npos) return;
  const bool bare = origin.size() == target.size();
  report
      .find(
          d, mapping.target,
          bare ? fmt::format("the rest of a request's path is glued to the host name of {}", target)
               : fmt::format("the rest of a request's path is glued to {}", target))
      .severity(bare ? Severity::high : Severity::medium)
      .example(fmt::format("{}.attacker.example/", mapping.prefix))
      .fix("end the target in a slash too", FixRisk::careful,
           "a site that was built around the glued paths")
      .replace_word(d, mapping.target, fmt::format("\"{}/\"", target));
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("ProxyPass")) judge(*d, report);
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-slash-mismatch",
    .severity = Severity::high,
    .title = "The path of a request continues the name of the backend",
    .references = {"CWE-918", "CWE-22"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_slash_mismatch
