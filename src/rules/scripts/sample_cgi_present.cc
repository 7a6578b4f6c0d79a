#include <fmt/format.h>

#include <array>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/served_files.h"

namespace stockade::rules::sample_cgi_present {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
An example program of the httpd distribution (`printenv`, `test-cgi` and their variants) lies in a served
folder, and strangers get at it.
```apache bad
#: file /usr/lib/cgi-bin/printenv 0755
#^ /usr/lib/cgi-bin/printenv
ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/cgi-bin/test-cgi 0755
#: file /srv/shop/cgi-bin/printenv.pl 0755
#^ /srv/shop/cgi-bin/test-cgi
#^ /srv/shop/cgi-bin/printenv.pl
DocumentRoot /srv/shop
```
```apache good
#: file /usr/lib/cgi-bin/order.pl 0755
ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/
```
```apache good
#: file /usr/lib/cgi-bin/printenv 0755
ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/
<Directory /usr/lib/cgi-bin>
    Require ip 192.0.2.0/24
</Directory>
```

## Why it matters
They print what the server knows of itself and of the request: paths, versions, the environment with the
keys in it. Older ones print what they are sent, and with it scripts for the visitor's browser.

## When to ignore it
While you test CGI, for that hour.

## How to fix it
Remove the file; no application needs it.
)md";

constexpr std::array<std::string_view, 8> kSamples = {"printenv",     "printenv.pl", "printenv.vbs",
                                                      "printenv.wsf", "test-cgi",    "test-cgi.bat",
                                                      "nph-test-cgi", "test-cgi.pl"};

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  if (!trees_are_seen(snapshot, report, trees, "example programs")) return;
  const DirectorySections index(snapshot);
  for (const ServedPath& served : served_paths(snapshot, trees)) {
    if (served.facts->status.type != FileType::regular) continue;
    bool sample = false;
    for (std::string_view name : kSamples) sample = sample || file_name(served.path) == name;
    if (!sample) continue;
    const std::string url = url_of(*served.tree, served.path);
    const Reach reach =
        reach_of(snapshot, {served.tree->server, std::string(served.path), url}, &index);
    if (reach.kind == Reach::Kind::uncertain) {
      report.not_checked(fmt::format("whether {} is reached", served.path), reach.reason);
    }
    if (reach.kind != Reach::Kind::served) continue;
    report
        .find_path(served.path,
                   fmt::format("the example program {} answers as {}", served.path, url))
        .evidence(*served.tree->directive, fmt::format("serves {}", served.tree->path))
        .server(*served.tree->server)
        .example(url)
        .fix(fmt::format("rm {}", served.path), FixRisk::safe);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "sample-cgi-present",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "An example program tells strangers about the server",
    .references = {"CIS 5.5", "CIS 5.6", "STIG AS24-U1-000270", "STIG AS24-U1-000310",
                   "STIG AS24-U2-000310", "CWE-489"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::sample_cgi_present
