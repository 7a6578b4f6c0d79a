#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/front_proxy.h"
#include "rules/support/governed.h"

namespace stockade::rules::local_only_behind_proxy {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Require local`, or `Require ip 127.0.0.1`, guards something, and requests from the net reach httpd through
a proxy on the same machine: they all come from 127.0.0.1. The proxy is recognised by a known program that
holds port 80 or 443, or by a log that records `X-Forwarded-For` on a server that listens at loopback only.
```apache bad
#: socket 0.0.0.0:80 nginx
#: socket 127.0.0.1:8080 apache2
Listen 127.0.0.1:8080
<Location /server-status>
    SetHandler server-status
    Require local
    #^
</Location>
```
```apache bad
Listen 127.0.0.1:8080
LogFormat "%{X-Forwarded-For}i %l %u %t \"%r\" %>s %b" proxied
CustomLog /var/log/apache2/access.log proxied
<Location /admin>
    Require ip 192.0.2.0/24 127.0.0.1
    #^
</Location>
```
```apache good
#: socket 0.0.0.0:80 apache2
Listen 80
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
```
```apache good
#: socket 0.0.0.0:80 nginx
#: socket 127.0.0.1:8080 apache2
Listen 127.0.0.1:8080
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
```
```apache good
#: unknown sockets
#: not-checked
Listen 127.0.0.1:8080
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
```

## Why it matters
What was meant for the administrator's own shell is open to the net: the requests of others with their
addresses, or whatever else stands behind that condition.

## When to ignore it
Where the proxy itself refuses these URLs.

## How to fix it
`RemoteIPHeader X-Forwarded-For` with `RemoteIPInternalProxy 127.0.0.1` gives httpd the client's own
address. Or serve the page on a port of its own that the proxy does not know.
)md";

// The word of a Require line that lets the machine itself in.
bool means_local(const conf::Directive& d) {
  if (equals_ignoring_case(d.arg(0), "local")) return true;
  if (!equals_ignoring_case(d.arg(0), "ip")) return false;
  for (size_t i = 1; i < d.words.size(); ++i) {
    if (d.arg(i).starts_with("127.") || d.arg(i) == "::1") return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const FrontProxy proxy = front_proxy(snapshot);
  const bool loopback_only = listens_on_loopback_only(snapshot);
  const bool unknown = !proxy.seen && loopback_only && !snapshot.coverage.sockets;
  Governing governing(snapshot);
  if (!unknown && !proxy.on_this_machine) return;
  for (const conf::Directive* d : snapshot.config.all("Require")) {
    if (!means_local(*d)) continue;
    const conf::Server& server = snapshot.servers.of(*d);
    if (knows_the_client(server)) continue;
    if (unknown) {
      report.not_checked("whether a proxy on this machine passes requests on to this server",
                         "the listening sockets were not collected", "run on the server itself");
      return;
    }
    Draft draft = report.find(
        *d,
        fmt::format("{} {} is met by every request that the proxy passes on", d->name, d->args));
    if (proxy.directive != nullptr) {
      draft.evidence(*proxy.directive, proxy.what);
    } else {
      draft.evidence(proxy.what);
    }
    const auto governed =
        d->parent != nullptr && d->parent->section ? governing.by(*d->parent) : std::nullopt;
    if (governed) draft.example(governed->url);
    draft.server(server).fix("give httpd the client's address with mod_remoteip", FixRisk::decision,
                             "");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "local-only-behind-proxy",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "What is meant for this machine alone is open through the proxy in front",
    .references = {"CWE-290", "CWE-348"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::local_only_behind_proxy
