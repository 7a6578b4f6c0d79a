#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::risky_module_loaded_unused {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `LoadModule` loads a module that is known for holes or for showing too much, and nothing in the
configuration uses it: WebDAV, mod_info, user directories, server-side includes, forward proxy parts.

```apache bad
#: without info_module dav_module dav_fs_module dav_lock_module
LoadModule dav_module /usr/lib/apache2/modules/mod_dav.so
#          ^
LoadModule info_module /usr/lib/apache2/modules/mod_info.so
#          ^
```
```apache bad
#: without userdir_module
LoadModule userdir_module /usr/lib/apache2/modules/mod_userdir.so
#          ^
UserDir disabled
```
```apache good
#: without dav_module dav_fs_module dav_lock_module
LoadModule dav_module /usr/lib/apache2/modules/mod_dav.so
LoadModule dav_fs_module /usr/lib/apache2/modules/mod_dav_fs.so
<Directory /srv/files>
    Dav On
</Directory>
```
```apache good
#: without info_module
LoadModule info_module /usr/lib/apache2/modules/mod_info.so
<Location "/server-info">
    SetHandler server-info
    Require local
</Location>
```
Where `.htaccess` files may use it, nobody can tell from here:
```apache good
#: without include_module
#: not-checked
LoadModule include_module /usr/lib/apache2/modules/mod_include.so
<Directory /srv/www>
    AllowOverride Options FileInfo
</Directory>
```

## Why it matters
A module that is not loaded cannot have a hole, and one careless line in an `.htaccess` or a copied
example is enough to switch on one that is.

## When to ignore it
Where its use is about to be configured.

## How to fix it
Take the `LoadModule` out (`a2dismod` on Debian), together with the settings of that module.
)md";

// One way to use a module: a directive with one of these words (any, if none is given).
struct Use {
  std::string_view module;
  std::string_view directive;
  std::string_view word;
};
constexpr auto kUses = std::to_array<Use>({
    {"dav_module", "Dav", ""},
    {"dav_fs_module", "Dav", ""},
    {"dav_lock_module", "Dav", ""},
    {"info_module", "SetHandler", "server-info"},
    {"info_module", "AddHandler", "server-info"},
    {"userdir_module", "UserDir", ""},
    {"include_module", "SetOutputFilter", "INCLUDES"},
    {"include_module", "AddOutputFilter", "INCLUDES"},
    {"include_module", "AddOutputFilterByType", "INCLUDES"},
    {"include_module", "FilterProvider", "INCLUDES"},
    {"include_module", "AddHandler", "server-parsed"},
    {"include_module", "XBitHack", ""},
    {"proxy_connect_module", "ProxyRequests", ""},
    {"proxy_ftp_module", "ProxyRequests", ""},
    {"proxy_ftp_module", "ProxyPass", "ftp:"},
    {"imagemap_module", "AddHandler", "imap-file"},
    {"imagemap_module", "SetHandler", "imap-file"},
    {"speling_module", "CheckSpelling", ""},
    {"echo_module", "ProtocolEcho", ""},
});

// Switched off by one of these words, a directive is no use of its module.
bool switches_off(const conf::Directive& d) {
  const bool single = d.words.size() == 1;
  return single &&
         (equals_ignoring_case(d.arg(0), "Off") || equals_ignoring_case(d.arg(0), "disabled"));
}

bool uses(const conf::Directive& d, const Use& use) {
  return !switches_off(d) && (use.word.empty() || contains_ignoring_case(d.args, use.word));
}

bool is_listed(std::string_view module) {
  return std::any_of(kUses.begin(), kUses.end(),
                     [&](const Use& use) { return use.module == module; });
}

bool is_used(const Snapshot& snapshot, std::string_view module) {
  for (const Use& use : kUses) {
    if (use.module != module) continue;
    const auto all = snapshot.config.all(use.directive);
    if (std::any_of(all.begin(), all.end(), [&](const auto* d) { return uses(*d, use); })) {
      return true;
    }
  }
  return false;
}

bool htaccess_may_use(const Snapshot& snapshot, std::string_view module) {
  if (module != "include_module" && module != "imagemap_module" && module != "speling_module") {
    return false;
  }
  const auto all = snapshot.config.all("AllowOverride");
  return std::any_of(all.begin(), all.end(), [](const conf::Directive* d) {
    return !equals_ignoring_case(d->arg(0), "None");
  });
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (module.directive == nullptr || !is_listed(module.identifier)) continue;
    if (is_used(snapshot, module.identifier)) continue;
    if (htaccess_may_use(snapshot, module.identifier)) {
      report.not_checked(fmt::format("whether {} is used", module.identifier),
                         "an .htaccess file may use it");
      continue;
    }
    report
        .find(*module.directive, 0,
              fmt::format("{} is loaded and nothing uses it", module.identifier))
        .fix("take it out, with the settings of that module", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "risky-module-loaded-unused",
    .severity = Severity::low,
    .title = "A risky module is loaded and not used",
    .references = {"CIS 2.1", "CIS 2.3", "CIS 2.7", "CIS 2.8", "STIG AS24-U1-000330", "CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::risky_module_loaded_unused
