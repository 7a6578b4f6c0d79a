#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::request_read_timeout_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Nothing limits how slowly a client may send its request: mod_reqtimeout is not loaded, or a
`RequestReadTimeout` sets the limit for headers or body to 0, which switches it off. Loaded and
without a directive, the module's defaults do the work.

```apache bad
#: without reqtimeout_module
ServerName www.example.org
#^ top
```
```apache bad
RequestReadTimeout header=20-40,MinRate=500 body=0
#                                           ^
```
```apache fixed
RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
```
```apache bad
<VirtualHost *:80>
    ServerName upload.example
    RequestReadTimeout header=0 body=0
    #                  ^        ^
</VirtualHost>
```
```apache fixed
<VirtualHost *:80>
    ServerName upload.example
    RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
</VirtualHost>
```
```apache good
RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
```
```apache good
ServerName www.example.org
```
The last value of each kind counts:
```apache good
RequestReadTimeout header=0 body=0
RequestReadTimeout header=10 body=30
```

## Why it matters
A client that sends one byte every few seconds keeps a connection, and with prefork or worker a whole
process or thread. A few hundred of them from one laptop and nobody else is served.

## When to ignore it
Where a proxy in front collects the whole request before it passes it on. For slow uploads raise the
body's limit for that virtual host; a `MinRate` allows any length as long as bytes keep coming.

## How to fix it
Load mod_reqtimeout (`a2enmod reqtimeout` on Debian) and leave its defaults, or write them:
`RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500`.
)md";

struct Phase {
  std::string_view name;
  std::string_view modest;  // httpd's default
};
constexpr std::array<Phase, 2> kPhases = {
    {{"header", "header=20-40,MinRate=500"}, {"body", "body=20,MinRate=500"}}};

// Where a server sets the limit of one phase last.
struct Limit {
  const conf::Directive* directive = nullptr;
  size_t word = 0;
  bool off = false;
};

Limit limit_of(const conf::Server& server, std::string_view phase) {
  Limit limit;
  for (const conf::Directive* d : server.own("RequestReadTimeout")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      const std::string_view text = d->words[i].text;
      if (!starts_with_ignoring_case(text, phase) || text.size() <= phase.size()) continue;
      if (text[phase.size()] != '=') continue;
      limit = {d, i, text.substr(phase.size() + 1) == "0"};
    }
  }
  return limit;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!snapshot.config.has_module("reqtimeout_module")) {
    report.find_missing("mod_reqtimeout is not loaded, so a client may send as slowly as it likes")
        .fix("load mod_reqtimeout; its defaults are sensible");
    return;
  }
  for (const conf::Server& server : snapshot.servers.all) {
    for (const Phase& phase : kPhases) {
      const Limit limit = limit_of(server, phase.name);
      if (!limit.off) continue;
      report
          .find(*limit.directive, limit.word,
                fmt::format("no limit on how slowly the request's {} may come", phase.name))
          .fix("set httpd's own default", FixRisk::careful,
               "uploads slower than 500 bytes a second")
          .replace_word(*limit.directive, limit.word, std::string(phase.modest));
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "request-read-timeout-missing",
    .severity = Severity::medium,
    .title = "A few slow clients can occupy every worker",
    .references = {"CIS 9.5", "CIS 9.6", "CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::request_read_timeout_missing
