#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"
#include "rules/support/missing_header.h"

namespace stockade::rules::framing_unprotected {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A server sends neither `X-Frame-Options` nor a `Content-Security-Policy` with `frame-ancestors`, so any
site may show its pages in a frame. An application may send either itself; only a look from outside
decides.

```apache bad
#^ top
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
Header always set X-Frame-Options SAMEORIGIN
```
A policy that says nothing of frames does not help:
```apache bad
#^ top
Listen 80
Header always set Content-Security-Policy "default-src 'self'"
```
```apache fixed
Listen 80
Header always set Content-Security-Policy "default-src 'self'"
Header always set X-Frame-Options SAMEORIGIN
```
```apache good
Header always set X-Frame-Options DENY
```
```apache good
Header always set Content-Security-Policy "default-src 'self'; frame-ancestors 'none'"
```

## Why it matters
A page in an invisible frame above a game: the visitor clicks on the game and presses the shop's
button, with the shop's cookies.

## When to ignore it
Where the server has nothing that a visitor can press, or its pages are made to be embedded; or where
the application sends the header.

## How to fix it
`Header always set X-Frame-Options SAMEORIGIN`, or, where some other sites may embed the pages, a
`Content-Security-Policy` with `frame-ancestors 'self' https://partner.example`: newer browsers follow
it and not the other.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  const HeaderLines policies(snapshot, "Content-Security-Policy");
  const auto forbids_frames = [&](const conf::Server& server) {
    const HeaderState state = policies.of(server);
    for (const auto& line : {state.always, state.on_success}) {
      if (line && contains_ignoring_case(line->value, "frame-ancestors")) return true;
    }
    return false;
  };
  report_missing_header(snapshot, report,
                        {.name = "X-Frame-Options",
                         .line = "Header always set X-Frame-Options SAMEORIGIN",
                         .summary = "let only this site itself frame its pages",
                         .risk = FixRisk::careful,
                         .breaks = "other sites that show these pages in a frame",
                         .exempt = forbids_frames});
}

}  // namespace

extern const Rule kRule{
    .id = "framing-unprotected",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "Any site may show these pages in a frame",
    .references = {"CIS 5.14", "CWE-1021"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::framing_unprotected
