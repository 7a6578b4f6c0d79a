#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/reporter.h"

namespace stockade::rules::module_superseded {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
httpd loads a module of somebody else's that httpd itself, or a maintained module, has replaced: mod_rpaf,
mod_fastcgi, mod_auth_kerb, mod_nss, mod_python and others.

```apache bad
#: unjudged mod_rpaf is no module of httpd
LoadModule rpaf_module /usr/lib/apache2/modules/mod_rpaf.so
#          ^
```
```apache bad
#: with fastcgi_module
#: unjudged mod_fastcgi is no module of httpd
ServerName www.example.org
#^ top
```
```apache good
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 192.0.2.7
```
```apache good
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
</FilesMatch>
```

## Why it matters
Nobody mends these modules any more, and they run with all rights of httpd. They also tie the server down:
each must be built again for a new httpd, and some cannot be.

## When to ignore it
Where somebody you pay maintains the module.

## How to fix it
Move to the successor that the finding names, before the next update of the system.
)md";

struct Superseded {
  std::string_view module;
  std::string_view successor;
};
constexpr auto kSuperseded = std::to_array<Superseded>({
    {"rpaf_module", "mod_remoteip"},
    {"cloudflare_module", "mod_remoteip"},
    {"fastcgi_module", "mod_proxy_fcgi"},
    {"auth_kerb_module", "mod_auth_gssapi"},
    {"nss_module", "mod_ssl"},
    {"python_module", "mod_wsgi"},
    {"gzip_module", "mod_deflate"},
    {"throttle_module", "mod_ratelimit"},
    {"bw_module", "mod_ratelimit"},
    {"cband_module", "mod_ratelimit"},
    {"suphp_module", "PHP-FPM"},
    {"pagespeed_module", "the application's own optimizations"},
});

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    const auto found =
        std::find_if(kSuperseded.begin(), kSuperseded.end(),
                     [&](const Superseded& one) { return one.module == module.identifier; });
    if (found == kSuperseded.end()) continue;
    const std::string message = fmt::format("{} is maintained no longer; {} takes its place",
                                            found->module, found->successor);
    Draft draft = module.directive != nullptr ? report.find(*module.directive, 0, message)
                                              : report.find_missing(message);
    draft.about(std::string(found->module))
        .fix(fmt::format("move to {}", found->successor), FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "module-superseded",
    .severity = Severity::low,
    .title = "A module is loaded that nobody maintains any more",
    .references = {"CWE-1104"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::module_superseded
