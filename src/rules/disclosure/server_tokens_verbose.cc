#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::server_tokens_verbose {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`ServerTokens` lets the `Server` response header say more than the product's name. Only the value in
the main server counts, and without one httpd says everything: `Full`.

```apache bad
ServerTokens OS
#            ^~
```
```apache fixed
ServerTokens Prod
```
```apache bad
ServerName www.example.org
#^ top
```
```apache fixed
ServerName www.example.org
ServerTokens Prod
```
A value further down replaces the ones before it:
```apache bad
ServerTokens Prod
<IfModule ssl_module>
    ServerTokens Full
    #            ^~~~
</IfModule>
```
```apache fixed
ServerTokens Prod
<IfModule ssl_module>
    ServerTokens Prod
</IfModule>
```
```apache good
ServerTokens Prod
```
```apache good
ServerTokens Full
ServerTokens ProductOnly
```

## Why it matters
Whoever scans the net for a version with a known hole finds this server in a public index of headers,
without a single request to it. Hiding the version closes no hole; it keeps the server out of the
first wave.

## When to ignore it
Where the version is meant to be seen: a test server, or a scanner of your own that reads it.

## How to fix it
Set `ServerTokens Prod` once, in the main server. The header then says `Apache` and no more. httpd
has no value that removes the header altogether.
)md";

bool is_terse(std::string_view value) {
  return equals_ignoring_case(value, "Prod") || equals_ignoring_case(value, "ProductOnly");
}

void check(const Snapshot& snapshot, Reporter& report) {
  constexpr std::string_view kSummary = "say the product's name only";
  const conf::Directive* tokens = snapshot.servers.main().last("ServerTokens");
  if (tokens == nullptr) {
    report.find_missing("ServerTokens is not set, so every response names version and modules")
        .fix(std::string(kSummary))
        .append_to_main_file("ServerTokens Prod");
    return;
  }
  if (is_terse(tokens->arg(0))) return;
  report.find(*tokens, 0, "the Server header of every response names httpd's version")
      .fix(std::string(kSummary))
      .replace_word(*tokens, 0, "Prod");
}

}  // namespace

extern const Rule kRule{
    .id = "server-tokens-verbose",
    .severity = Severity::low,
    .title = "Every response tells which version of httpd runs here",
    .references = {"CIS 8.1", "STIG AS24-U1-000620", "CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::server_tokens_verbose
