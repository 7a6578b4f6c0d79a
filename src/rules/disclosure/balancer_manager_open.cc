#include "rules/reporter.h"
#include "rules/support/open_handler.h"

namespace stockade::rules::balancer_manager_open {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The handler `balancer-manager` is bound to a URL that everybody reaches: it shows and changes the state of all backends. What counts is what
authorization says in the end, for every virtual host; Debian's own `Require local` is fine.

```apache bad
Listen 80
<Location /balancer-manager>
    SetHandler balancer-manager
    #          ^~~~~~~~~~~~~~~~
</Location>
```
```apache fixed
Listen 80
<Location /balancer-manager>
    SetHandler balancer-manager
    Require local
</Location>
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /balancer-manager>
        SetHandler balancer-manager
        #          ^~~~~~~~~~~~~~~~
        Require all granted
    </Location>
</VirtualHost>
```
```apache fixed
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /balancer-manager>
        SetHandler balancer-manager
        Require local
    </Location>
</VirtualHost>
```
```apache good
Listen 80
<Location /balancer-manager>
    SetHandler balancer-manager
    Require local
</Location>
```
```apache good
Listen 80
<Location /balancer-manager>
    SetHandler balancer-manager
    Require ip 192.0.2.0/24
</Location>
```
A later section closes it again:
```apache good
Listen 80
<Location /balancer-manager>
    SetHandler balancer-manager
</Location>
<Location />
    Require all denied
</Location>
```

## Why it matters
The page is no display, it is a control: whoever reaches it takes backends out of service or sends
visitors to others, and sees all internal addresses.

## When to ignore it
Never.

## How to fix it
`Require local`, or `Require ip` with the addresses of those who look after the server. Behind a proxy
on the same machine every request is local: use a password there.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  report_open_handler(
      snapshot, report,
      {.name = "balancer-manager", .shows = "and changes the state of all backends"});
}

}  // namespace

extern const Rule kRule{
    .id = "balancer-manager-open",
    .severity = Severity::high,
    .title = "Everybody can switch backends off",
    .references = {"CWE-306", "CWE-284"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::balancer_manager_open
