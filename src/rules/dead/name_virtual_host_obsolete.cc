#include "rules/reporter.h"

namespace stockade::rules::name_virtual_host_obsolete {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`NameVirtualHost` is written. Since 2.4 it has no effect: every address with more than one virtual host
is shared by name. httpd warns (AH00548) at each start.

```apache bad
NameVirtualHost *:80
#^
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
```
```apache bad
Listen 443
<IfModule ssl_module>
    NameVirtualHost 192.0.2.1:443
    #^
</IfModule>
```
```apache fixed
Listen 443
<IfModule ssl_module>
</IfModule>
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
On httpd 2.2 it is needed:
```apache good
#: version 2.2.34
#: unjudged a configuration for httpd 2.2
NameVirtualHost *:80
```

## Why it matters
It does no harm by itself. It tells that this file came over from 2.2 without being read again, and its
warning hides those that count.

## When to ignore it
Where one file serves machines with 2.2 and with 2.4.

## How to fix it
Delete the line.
)md";

constexpr uint32_t kFirstWithout = 20400;

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.environment.version < kFirstWithout) return;
  for (const conf::Directive* d : snapshot.config.all("NameVirtualHost")) {
    report.find(*d, "NameVirtualHost has no effect since 2.4").fix("delete the line").remove(*d);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "name-virtual-host-obsolete",
    .severity = Severity::low,
    .title = "NameVirtualHost has no effect any more",
    .references = {},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::name_virtual_host_obsolete
