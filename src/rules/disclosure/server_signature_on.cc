#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::server_signature_on {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`ServerSignature On` or `EMail` signs every page that httpd itself makes, error pages and directory
listings, with the server's name and port and what `ServerTokens` lets out; `EMail` adds the
administrator's address. The default is `Off`.

```apache bad
ServerSignature On
#               ^~
```
```apache fixed
ServerSignature Off
```
```apache bad
ServerSignature Off
<Directory /srv/shop>
    ServerSignature EMail
    #               ^~~~~
</Directory>
```
```apache fixed
ServerSignature Off
<Directory /srv/shop>
    ServerSignature Off
</Directory>
```
```apache good
ServerSignature Off
```
A later value in the same place wins:
```apache good
ServerSignature On
ServerSignature Off
```

## Why it matters
An error page is what a stranger sees first. The signature tells the internal name of the machine
behind a proxy, the version, and whom to write a convincing letter to.

## When to ignore it
On an internal server whose users are told to quote the signature when they ask for help.

## How to fix it
Set `ServerSignature Off`, or remove the line: off is the default.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* signature : in_force(snapshot.config, "ServerSignature")) {
    if (is_off(*signature)) continue;
    report.find(*signature, 0, "httpd signs its error pages and listings")
        .fix("switch the signature off")
        .replace_word(*signature, 0, "Off");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "server-signature-on",
    .severity = Severity::low,
    .title = "Error pages tell the server's name and version",
    .references = {"CIS 8.2", "CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::server_signature_on
