#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::request_body_unlimited {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Nothing limits how much a client may send in one request: `LimitRequestBody 0` is written, or nothing is
written on httpd before 2.4.54, whose default was 0. Since then it is 1 GiB.

```apache bad
LimitRequestBody 0
#                ^
```
```apache fixed
LimitRequestBody 1073741824
```
```apache bad
LimitRequestBody 10485760
<Directory /srv/upload>
    LimitRequestBody 0
    #                ^
</Directory>
```
```apache fixed
LimitRequestBody 10485760
<Directory /srv/upload>
    LimitRequestBody 1073741824
</Directory>
```
```apache bad
#: version 2.4.52
ServerName www.example.org
#^ top
```
```apache fixed
ServerName www.example.org
LimitRequestBody 1073741824
```
```apache good
ServerName www.example.org
```
```apache good
LimitRequestBody 0
LimitRequestBody 10485760
```

## Why it matters
What a script or a proxied application gets is often kept on the disk or in memory first. One client that
sends without end fills it for all.

## When to ignore it
In the one place that takes uploads of any size, if it is for known users, and the disk has a quota.

## How to fix it
Set a limit for the server, and a higher one where uploads are wanted: `LimitRequestBody 1073741824` in
that `<Directory>` or `<Location>`.
)md";

constexpr uint32_t kLimitedByDefault = 20454;
constexpr std::string_view kDefault = "1073741824";  // httpd's own since then

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, "LimitRequestBody")) {
    if (d->arg(0) != "0") continue;
    report.find(*d, 0, "a request may be of any size here")
        .fix("set httpd's own default, 1 GiB", FixRisk::careful, "uploads above 1 GiB")
        .replace_word(*d, 0, std::string(kDefault));
  }
  const bool unlimited = snapshot.environment.version < kLimitedByDefault;
  if (!unlimited || !snapshot.servers.main().own("LimitRequestBody").empty()) return;
  report.find_missing("a request may be of any size: this version has no limit of its own")
      .fix("limit requests to 1 GiB", FixRisk::careful, "uploads above 1 GiB")
      .append_to_main_file(fmt::format("LimitRequestBody {}", kDefault));
}

}  // namespace

extern const Rule kRule{
    .id = "request-body-unlimited",
    .severity = Severity::low,
    .title = "A client may send a request of any size",
    .references = {"CIS 10.4", "CWE-770"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::request_body_unlimited
