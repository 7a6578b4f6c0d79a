#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::proxy_upgrade_any {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `ProxyPass` has `upgrade=ANY`: a client may switch the connection to the backend to any protocol that
the backend offers, not to WebSocket alone.

```apache bad
ProxyPass "/chat" "http://127.0.0.1:8080/chat" upgrade=ANY
#                                              ^
```
```apache fixed
ProxyPass "/chat" "http://127.0.0.1:8080/chat" upgrade=websocket
```
```apache bad
<Location "/chat">
    ProxyPass "http://127.0.0.1:8080/chat" retry=0 upgrade=any
    #                                              ^
</Location>
```
```apache fixed
<Location "/chat">
    ProxyPass "http://127.0.0.1:8080/chat" retry=0 upgrade=websocket
</Location>
```
```apache good
ProxyPass "/chat" "http://127.0.0.1:8080/chat" upgrade=websocket
```
```apache good
ProxyPass "/app" "http://127.0.0.1:8080/app"
```

## Why it matters
After an upgrade httpd only passes bytes on. A backend that knows `h2c` then takes requests that httpd
never sees: its access rules, its log and ModSecurity are passed by.

## When to ignore it
Where the backend is known to offer one protocol only, and needs that one.

## How to fix it
Name the protocol: `upgrade=websocket`.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : snapshot.config.all("ProxyPass")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      if (!equals_ignoring_case(d->arg(i), "upgrade=ANY")) continue;
      report.find(*d, i, "a client may switch to any protocol that the backend offers")
          .fix("allow WebSocket only", FixRisk::careful, "clients that use another protocol")
          .replace_word(*d, i, "upgrade=websocket");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "proxy-upgrade-any",
    .severity = Severity::medium,
    .title = "Clients may tunnel any protocol to the backend, past all rules",
    .references = {"CWE-444"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::proxy_upgrade_any
