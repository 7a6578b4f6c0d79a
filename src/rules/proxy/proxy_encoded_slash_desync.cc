#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::proxy_encoded_slash_desync {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `ProxyPass` has `nocanon`, so the backend gets the URL as the client sent it, and
`AllowEncodedSlashes` lets `%2F` through in the same server. httpd and backend may then take one URL for
two different paths.

```apache bad
AllowEncodedSlashes NoDecode
ProxyPass "/jobs" "http://127.0.0.1:8081/jobs" nocanon
#                                              ^
```
```apache bad
Listen 80
<VirtualHost *:80>
    ServerName build.example
    AllowEncodedSlashes On
    ProxyPass "/" "http://127.0.0.1:8081/" nocanon
    #                                      ^
</VirtualHost>
```
```apache good
AllowEncodedSlashes NoDecode
ProxyPass "/jobs" "http://127.0.0.1:8081/jobs"
```
```apache good
ProxyPass "/jobs" "http://127.0.0.1:8081/jobs" nocanon
```

## Why it matters
A `<Location "/jobs/admin">` here does not match `/jobs%2Fadmin`, but a backend that decodes the slash
serves it: the access rule in front is passed by.

## When to ignore it
Where the backend needs slashes in its names (Jenkins says so of itself) and does all authorization on
its own, so that no access rule of httpd guards anything behind this line.

## How to fix it
Leave `nocanon` away, or have the backend check each access itself.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("ProxyPass")) {
    const conf::Server& server = snapshot.servers.of(*d);
    const conf::Directive* slashes = server.last("AllowEncodedSlashes");
    if (slashes == nullptr || equals_ignoring_case(slashes->arg(0), "Off")) continue;
    for (size_t i = 0; i < d->words.size(); ++i) {
      if (!equals_ignoring_case(d->arg(i), "nocanon")) continue;
      report.find(*d, i, "the backend gets encoded slashes that httpd took for none")
          .evidence(*slashes, "lets %2F through")
          .fix("leave nocanon away", FixRisk::decision);
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-encoded-slash-desync",
    .severity = Severity::low,
    .title = "httpd and the backend may read one URL as two paths",
    .references = {"CWE-436", "CWE-444"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_encoded_slash_desync
