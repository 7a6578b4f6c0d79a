#include <fmt/format.h>

#include <algorithm>

#include "rules/reporter.h"

namespace stockade::rules::package_file_changed {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A program, module or library of httpd is no longer the file that its package brought: its checksum
differs from the one in dpkg's database. Configuration files, which are meant to be changed, and
documentation are not compared, nor is what no package brought.

```apache bad
#: package apache2-bin 2.4.62-1~deb12u2
#: packaged /usr/sbin/apache2 modified
#^ /usr/sbin/apache2
ServerName www.example.org
```
```apache bad
#: package apache2-bin 2.4.62-1~deb12u2
#: packaged /usr/sbin/apache2 ok
#: packaged /usr/lib/apache2/modules/mod_auth_basic.so modified
#^ /usr/lib/apache2/modules/mod_auth_basic.so
ServerName www.example.org
```
```apache good
#: package apache2-bin 2.4.62-1~deb12u2
#: packaged /usr/sbin/apache2 ok
#: packaged /usr/lib/apache2/modules/mod_auth_basic.so ok
ServerName www.example.org
```
An httpd of no package has nothing to be compared with:
```apache good
#: file /usr/local/apache2/bin/httpd
ServerName www.example.org
```
Where the package is known and nothing was compared, nothing is said to be well:
```apache good
#: package apache2-bin 2.4.62-1~deb12u2
#: not-checked
ServerName www.example.org
```
```apache good
#: unknown packages
#: not-checked
ServerName www.example.org
```

## Why it matters
Only a package's update should change these files. Whoever got in may have replaced a module to read
passwords or to leave a way back in; a disk that fails changes files too. That all agree proves less:
the checksums lie on the same machine, within reach of whoever could change the files.

## When to ignore it
Where you built that module yourself and copied it over the package's: then `dpkg-divert` says so, and
the next update of the package does not undo it.

## How to fix it
Compare with the package on another machine first, as the file may be evidence:
`apt-get download apache2-bin`. Then `apt-get install --reinstall` the package that owns the file
(`dpkg -S FILE`), and find out who changed it. With rpm these are `dnf download httpd`, `dnf reinstall` and
`rpm -qf FILE`.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  constexpr const char* kWhat = "whether httpd's files are those that its packages brought";
  if (!snapshot.coverage.packages) {
    report.not_checked(kWhat, "the packages' database was not read", "run on the server itself");
    return;
  }
  const auto& paths = snapshot.paths.facts();
  const bool compared = std::any_of(paths.begin(), paths.end(), [](const auto& entry) {
    return !entry.second.package_state.empty();
  });
  if (!compared && !snapshot.httpd.package.empty()) {
    report.not_checked(kWhat, "its packages list no checksums",
                       "try debsums, dpkg --verify or rpm -V");
    return;
  }
  for (const auto& [path, facts] : paths) {
    if (facts.package_state != "modified") continue;
    report.find_path(path, fmt::format("{} is not the file that its package brought", path))
        .evidence("its digest differs from the one in the packages' database")
        .fix("find out who changed it, then install its package again", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "package-file-changed",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "A file of httpd was changed since its package brought it",
    .references = {"CWE-353"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::package_file_changed
