#include "rules/reporter.h"
#include "rules/support/open_handler.h"

namespace stockade::rules::server_info_open {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The handler `server-info` is bound to a URL that everybody reaches: it shows the whole configuration. What counts is what
authorization says in the end, for every virtual host; Debian's own `Require local` is fine.

```apache bad
Listen 80
<Location /server-info>
    SetHandler server-info
    #          ^~~~~~~~~~~
</Location>
```
```apache fixed
Listen 80
<Location /server-info>
    SetHandler server-info
    Require local
</Location>
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /server-info>
        SetHandler server-info
        #          ^~~~~~~~~~~
        Require all granted
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /server-info>
        SetHandler server-info
        Require local
    </Location>
</VirtualHost>
```
```apache good
Listen 80
<Location /server-info>
    SetHandler server-info
    Require local
</Location>
```
```apache good
Listen 80
<Location /server-info>
    SetHandler server-info
    Require ip 192.0.2.0/24
</Location>
```
A later section closes it again:
```apache good
Listen 80
<Location /server-info>
    SetHandler server-info
</Location>
<Location />
    Require all denied
</Location>
```

## Why it matters
Every module, path, internal address and rule stands there: the plan of the house for whoever wants in.

## When to ignore it
Never on the net. For a look from this machine `Require local` is enough.

## How to fix it
`Require local`, or `Require ip` with the addresses of those who look after the server. Behind a proxy
on the same machine every request is local: use a password there.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  report_open_handler(snapshot, report,
                      {.name = "server-info", .shows = "the whole configuration"});
}

}  // namespace

extern const Rule kRule{
    .id = "server-info-open",
    .severity = Severity::medium,
    .title = "Everybody can read the configuration of this server",
    .references = {"CIS 2.8", "CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::server_info_open
