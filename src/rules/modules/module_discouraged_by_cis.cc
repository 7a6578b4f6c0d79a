#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::module_discouraged_by_cis {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `LoadModule` loads a module that the CIS benchmark wants out: WebDAV (2.3), mod_status (2.4),
mod_autoindex (2.5), the proxy modules (2.6), mod_userdir (2.7), mod_info (2.8), Basic and Digest
authentication (2.9).

```apache bad
#: without status_module autoindex_module
LoadModule status_module /usr/lib/apache2/modules/mod_status.so
#          ^
LoadModule autoindex_module /usr/lib/apache2/modules/mod_autoindex.so
#          ^
```
```apache bad
#: without userdir_module
LoadModule userdir_module /usr/lib/apache2/modules/mod_userdir.so
#          ^
```
```apache good
#: without dir_module
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
```
```apache good
ServerName www.example.org
```

## Why it matters
Only for the comparison with the benchmark. A module that is not loaded cannot be misused.

## When to ignore it
Where the module is used, and used with care: a reverse proxy needs mod_proxy, and Basic authentication
over TLS is sound. Rules of their own judge how each of them is used.

## How to fix it
Take the `LoadModule` out where nothing needs the module (`a2dismod` on Debian).
)md";

struct Discouraged {
  std::string_view module;
  std::string_view number;
};
constexpr auto kDiscouraged = std::to_array<Discouraged>({
    {"dav_module", "2.3"},
    {"dav_fs_module", "2.3"},
    {"status_module", "2.4"},
    {"autoindex_module", "2.5"},
    {"proxy_module", "2.6"},
    {"proxy_http_module", "2.6"},
    {"proxy_connect_module", "2.6"},
    {"proxy_ftp_module", "2.6"},
    {"proxy_ajp_module", "2.6"},
    {"proxy_balancer_module", "2.6"},
    {"userdir_module", "2.7"},
    {"info_module", "2.8"},
    {"auth_basic_module", "2.9"},
    {"auth_digest_module", "2.9"},
});

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    const auto found =
        std::find_if(kDiscouraged.begin(), kDiscouraged.end(),
                     [&](const Discouraged& one) { return one.module == module.identifier; });
    if (module.directive == nullptr || found == kDiscouraged.end()) continue;
    report
        .find(*module.directive, 0,
              fmt::format("{} is loaded, against CIS {}", module.identifier, found->number))
        .benchmark_id(fmt::format("CIS {}", found->number))
        .fix("take it out if nothing needs it", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "module-discouraged-by-cis",
    .severity = Severity::low,
    .title = "A module is loaded that the CIS benchmark wants out",
    .references = {"CIS 2.3", "CIS 2.4", "CIS 2.5", "CIS 2.6", "CIS 2.7", "CIS 2.8", "CIS 2.9"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::module_discouraged_by_cis
