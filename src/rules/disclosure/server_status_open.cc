#include "rules/reporter.h"
#include "rules/support/open_handler.h"

namespace stockade::rules::server_status_open {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The handler `server-status` is bound to a URL that everybody reaches: it shows every request that is running. What counts is what
authorization says in the end, for every virtual host; Debian's own `Require local` is fine.

```apache bad
Listen 80
<Location /server-status>
    SetHandler server-status
    #          ^~~~~~~~~~~~~
</Location>
```
```apache fixed
Listen 80
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /server-status>
        SetHandler server-status
        #          ^~~~~~~~~~~~~
        Require all granted
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /server-status>
        SetHandler server-status
        Require local
    </Location>
</VirtualHost>
```
```apache good
Listen 80
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
```
```apache good
Listen 80
<Location /server-status>
    SetHandler server-status
    Require ip 192.0.2.0/24
</Location>
```
A later section closes it again:
```apache good
Listen 80
<Location /server-status>
    SetHandler server-status
</Location>
<Location />
    Require all denied
</Location>
```

## Why it matters
Addresses of visitors, and URLs with what stands in them: order numbers, reset links, names of internal
hosts. Whoever floods the server also sees there how well it works.

## When to ignore it
On a server that only hands out public files, to show how busy it is, as apache.org did.

## How to fix it
`Require local`, or `Require ip` with the addresses of those who look after the server. Behind a proxy
on the same machine every request is local: use a password there.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  report_open_handler(snapshot, report,
                      {.name = "server-status", .shows = "every request that is running"});
}

}  // namespace

extern const Rule kRule{
    .id = "server-status-open",
    .severity = Severity::medium,
    .title = "Everybody can watch which requests this server answers",
    .references = {"CIS 2.4", "CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::server_status_open
