#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::setting_without_switch {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A setting has no effect because the directive that switches its function on stands nowhere, or stands
on "off": revocation lists that nobody checks, trusted proxies without a header to trust.

```apache bad
#: file /etc/ssl/crl.pem = a revocation list
SSLCARevocationFile /etc/ssl/crl.pem
#^
```
```apache bad
RemoteIPInternalProxy 192.0.2.7
#^
ExpiresActive Off
ExpiresByType image/png "access plus 1 month"
#^
```
```apache good
#: file /etc/ssl/crl.pem = a revocation list
SSLCARevocationFile /etc/ssl/crl.pem
SSLCARevocationCheck chain
```
```apache good
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 192.0.2.7
ExpiresActive On
ExpiresByType image/png "access plus 1 month"
```
Where an `.htaccess` may hold the switch, nobody can tell:
```apache good
#: not-checked
ExpiresDefault "access plus 1 day"
<Directory /srv/www>
    AllowOverride Indexes
</Directory>
```

## Why it matters
`SSLCARevocationFile` alone was enough in 2.2. Since 2.4 it is read and not used until
`SSLCARevocationCheck` says so: certificates that were withdrawn are accepted. The other pairs fail in
the same quiet way.

## When to ignore it
Where the switch is set for some hours or some machines only.

## How to fix it
Add the switch that the finding names, or delete the setting.
)md";

struct Pair {
  std::string_view setting;
  std::string_view needs;  // a directive
  std::string_view off;    // its value that does nothing
  std::string_view advice;
  bool in_htaccess = false;  // the switch may stand in an .htaccess
};
constexpr auto kPairs = std::to_array<Pair>({
    {"SSLCARevocationFile", "SSLCARevocationCheck", "none", "SSLCARevocationCheck chain"},
    {"SSLCARevocationPath", "SSLCARevocationCheck", "none", "SSLCARevocationCheck chain"},
    {"SSLProxyCARevocationFile", "SSLProxyCARevocationCheck", "none",
     "SSLProxyCARevocationCheck chain"},
    {"SSLProxyCARevocationPath", "SSLProxyCARevocationCheck", "none",
     "SSLProxyCARevocationCheck chain"},
    {"SSLOCSPDefaultResponder", "SSLOCSPEnable", "off", "SSLOCSPEnable on"},
    {"RemoteIPInternalProxy", "RemoteIPHeader", "", "RemoteIPHeader X-Forwarded-For"},
    {"RemoteIPTrustedProxy", "RemoteIPHeader", "", "RemoteIPHeader X-Forwarded-For"},
    {"RemoteIPInternalProxyList", "RemoteIPHeader", "", "RemoteIPHeader X-Forwarded-For"},
    {"RemoteIPTrustedProxyList", "RemoteIPHeader", "", "RemoteIPHeader X-Forwarded-For"},
    {"ExpiresByType", "ExpiresActive", "off", "ExpiresActive On", true},
    {"ExpiresDefault", "ExpiresActive", "off", "ExpiresActive On", true},
    {"SessionCookieName", "Session", "off", "Session On", true},
    {"SessionMaxAge", "Session", "off", "Session On", true},
});

bool is_switched_on(const Snapshot& snapshot, const Pair& pair) {
  const auto switches = snapshot.config.all(pair.needs);
  return std::any_of(switches.begin(), switches.end(), [&](const conf::Directive* d) {
    return !equals_ignoring_case(d->arg(0), pair.off);
  });
}

bool htaccess_is_read(const Snapshot& snapshot) {
  const auto overrides = snapshot.config.all("AllowOverride");
  return std::any_of(overrides.begin(), overrides.end(), [](const conf::Directive* d) {
    return !equals_ignoring_case(d->arg(0), "None");
  });
}

void judge(const Snapshot& snapshot, const Pair& pair, Reporter& report) {
  const auto settings = snapshot.config.all(pair.setting);
  if (settings.empty() || is_switched_on(snapshot, pair)) return;
  if (pair.in_htaccess && htaccess_is_read(snapshot)) {
    report.not_checked(fmt::format("whether {} is in force", pair.setting),
                       fmt::format("an .htaccess file may set {}", pair.needs));
    return;
  }
  report
      .find(*settings.front(), fmt::format("{} does nothing as long as {} is not switched on",
                                           pair.setting, pair.needs))
      .fix(fmt::format("add {}", pair.advice), FixRisk::decision);
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Pair& pair : kPairs) judge(snapshot, pair, report);
}

}  // namespace

extern const Rule kRule{
    .id = "setting-without-switch",
    .severity = Severity::low,
    .title = "A setting waits for a switch that nobody turns on",
    .references = {"CWE-299"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::setting_without_switch
