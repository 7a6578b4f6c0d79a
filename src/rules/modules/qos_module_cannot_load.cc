#include <algorithm>

#include "rules/reporter.h"

namespace stockade::rules::qos_module_cannot_load {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A LoadModule line for the mod_qos that Debian and Ubuntu package, without the old regular expression library
that this module calls and does not name.

```apache bad
#: unjudged mod_qos is no module of httpd
#: package apache2-bin 2.4.71-1~deb12u1
LoadModule qos_module /usr/lib/apache2/modules/mod_qos.so
#          ^
QS_ClientEventBlockCount 20 60
```
The library comes too late:
```apache bad
#: unjudged mod_qos is no module of httpd
#: package apache2-bin 2.4.57-2
LoadModule qos_module /usr/lib/apache2/modules/mod_qos.so
#          ^
LoadFile /usr/lib/x86_64-linux-gnu/libpcre.so.3
```
```apache good
#: unjudged mod_qos is no module of httpd
#: package apache2-bin 2.4.71-1~deb12u1
LoadFile /usr/lib/x86_64-linux-gnu/libpcre.so.3
LoadModule qos_module /usr/lib/apache2/modules/mod_qos.so
```
Built by hand, perhaps against the library of today:
```apache good
#: unjudged mod_qos is no module of httpd
#: package apache2-bin 2.4.71-1~deb12u1
LoadModule qos_module /usr/local/lib/apache2/mod_qos.so
```
```apache good
#: package apache2-bin 2.4.71-1~deb12u1
RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
```

## Why it matters
The module wants `pcre_free`, httpd itself brings PCRE2 instead since 2.4.52 of Debian: the next start fails
with "undefined symbol", and a limiter that stops the server protects nothing. Loaded by hand it has limits of
its own: one lock for all processes, which a flood of new addresses waits for, and numbers that are cut
to 16 bits.

## When to ignore it
Where httpd starts with it: then the library is loaded by other means.

## How to fix it
Use a limiter that loads (mod_stockade, or limits in the proxy in front). To keep mod_qos, install libpcre3 and
load the library in the line before.
)md";

constexpr uint32_t kWithPcre2 = 20452;

bool is_packaged(const conf::LoadedModule& module) {
  return module.identifier == "qos_module" && module.directive != nullptr &&
         module.path == "/usr/lib/apache2/modules/mod_qos.so";
}

// In another file: it may be read before.
bool is_library_before(const Snapshot& snapshot, const conf::Directive& module) {
  const auto files = snapshot.config.all("LoadFile");
  return std::any_of(files.begin(), files.end(), [&](const conf::Directive* d) {
    return d->args.find("libpcre.so") != std::string_view::npos &&
           (d->file != module.file || d->offset < module.offset);
  });
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (snapshot.httpd.version < kWithPcre2) return;
  if (!snapshot.httpd.package.starts_with("apache2-bin ")) return;
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (!is_packaged(module)) continue;
    if (is_library_before(snapshot, *module.directive)) continue;
    report.find(*module.directive, 0, "this mod_qos does not load: it needs libpcre.so.3 before it")
        .fix("use a limiter that loads, or load libpcre.so.3 before", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "qos-module-cannot-load",
    .severity = Severity::medium,
    .title = "The limiter that is to be loaded stops httpd from starting",
    .references = {"CWE-1104"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::qos_module_cannot_load
