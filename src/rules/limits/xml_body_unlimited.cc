#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::xml_body_unlimited {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
WebDAV is on and `LimitXMLRequestBody 0` takes the limit off the XML that a client may send. mod_dav reads
the whole of it into memory; the default is one million bytes.

```apache bad
LimitXMLRequestBody 0
#                   ^
<Location "/files">
    Dav On
</Location>
```
```apache fixed
LimitXMLRequestBody 1000000
<Location "/files">
    Dav On
</Location>
```
```apache bad
<Directory /srv/files>
    Dav filesystem
    LimitXMLRequestBody 0
    #                   ^
</Directory>
```
```apache fixed
<Directory /srv/files>
    Dav filesystem
    LimitXMLRequestBody 1000000
</Directory>
```
```apache good
<Directory /srv/files>
    Dav On
    LimitXMLRequestBody 5000000
</Directory>
```
```apache good
LimitXMLRequestBody 0
<Directory /srv/files>
    Dav Off
</Directory>
```

## Why it matters
The parsed document takes several times the memory of its text. A few large requests at once, before any
lock or file is looked at, and the machine swaps.

## When to ignore it
Where all clients are known and log in before `PROPFIND` is allowed.

## How to fix it
Set a limit: `LimitXMLRequestBody 1000000`.
)md";

bool dav_is_on(const Snapshot& snapshot) {
  for (const conf::Directive* d : snapshot.config.all("Dav")) {
    if (!is_off(*d)) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!dav_is_on(snapshot)) return;
  for (const conf::Directive* d : in_force(snapshot.config, "LimitXMLRequestBody")) {
    if (d->arg(0) != "0") continue;
    report.find(*d, 0, "XML of any size is read into memory")
        .fix("set httpd's own default", FixRisk::careful, "WebDAV clients that send more")
        .replace_word(*d, 0, "1000000");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "xml-body-unlimited",
    .severity = Severity::medium,
    .title = "WebDAV reads XML of any size into memory",
    .references = {"CWE-770", "CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::xml_body_unlimited
