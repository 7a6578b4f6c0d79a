#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::http_protocol_unsafe {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`HttpProtocolOptions Unsafe` makes httpd accept requests that the standard forbids: blanks within header
names, control characters, lines that end without a carriage return, folded headers.

```apache bad
HttpProtocolOptions Unsafe
#                   ^
```
```apache fixed
HttpProtocolOptions Strict
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName old.example
    HttpProtocolOptions Unsafe LenientMethods
    #                   ^
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName old.example
    HttpProtocolOptions Strict LenientMethods
</VirtualHost>
```
```apache good
HttpProtocolOptions Strict
```
```apache good
ServerName www.example.org
```

## Why it matters
Two servers in a row that read such a request in two ways take its end for the start of another one:
somebody's request is answered with somebody else's cookies, and access rules in front are passed by.

## When to ignore it
For a device that cannot be mended, on an address of its own that nothing else shares.

## How to fix it
Set `HttpProtocolOptions Strict`, the default since 2.4.25, and mend the client.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, "HttpProtocolOptions")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      if (!equals_ignoring_case(d->arg(i), "Unsafe")) continue;
      report.find(*d, i, "requests that the standard forbids are accepted")
          .fix("accept well-formed requests only", FixRisk::careful, "clients that send others")
          .replace_word(*d, i, "Strict");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "http-protocol-unsafe",
    .severity = Severity::medium,
    .title = "Malformed requests are accepted and read one way of several",
    .references = {"CWE-444", "RFC 9112"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::http_protocol_unsafe
