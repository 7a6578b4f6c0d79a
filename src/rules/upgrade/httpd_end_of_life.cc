#include <fmt/format.h>

#include "rules/reporter.h"

namespace stockade::rules::httpd_end_of_life {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The httpd program is of a branch that gets no corrections any more: 2.2 ended in December 2017, 2.0 in
July 2013, 1.3 in February 2010. A 2.4 that no package manages is compared with 2.4.60, since which the
holes of 2024 are closed; one from a package is left to the distribution, which mends older versions.

```apache bad
#: version 2.2.34
#: unjudged a configuration for httpd 2.2
ServerName www.example.org
#^ top
```
```apache bad
#: version 2.4.49
ServerName www.example.org
#^ top
```
```apache good
#: version 2.4.52
#: package apache2-bin 2.4.52-1ubuntu4.19
ServerName www.example.org
```
```apache good
#: version 2.4.71
ServerName www.example.org
```
```apache good
#: version 2.4.52
#: unknown packages
#: not-checked
ServerName www.example.org
```

## Why it matters
Holes that are found in 2.4 are tried against old branches as well, and nobody mends them there. 2.4.49
alone lets anybody read files and run commands (CVE-2021-41773).

## When to ignore it
Where a vendor still delivers corrections for the old branch and you have its contract.

## How to fix it
Move to a maintained 2.4 of your distribution. The configuration of 2.2 needs work on its way: access
control first.
)md";

constexpr uint32_t kMaintainedBranch = 20400;
constexpr uint32_t kHolesOf2024Closed = 20460;

std::string shown(uint32_t version) {
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

void check(const Snapshot& snapshot, Reporter& report) {
  const uint32_t version = snapshot.httpd.version;
  if (version == 0) {
    report.not_checked("whether httpd is maintained", "its version is not known",
                       "run on the server itself");
    return;
  }
  if (version < kMaintainedBranch) {
    report.find_missing(fmt::format("httpd {} is of a branch without corrections", shown(version)))
        .about(shown(version))
        .fix("move to httpd 2.4", FixRisk::decision);
    return;
  }
  if (version >= kHolesOf2024Closed || !snapshot.httpd.package.empty()) return;
  if (!snapshot.coverage.packages) {
    report.not_checked(fmt::format("whether httpd {} is maintained", shown(version)),
                       "nobody knows which package it is from", "run on the server itself");
    return;
  }
  report
      .find_missing(
          fmt::format("httpd {} is of no package, and too old to be safe", shown(version)))
      .about(shown(version))
      .severity(Severity::high)
      .fix("update httpd, or take it from the distribution", FixRisk::decision);
}

}  // namespace

extern const Rule kRule{
    .id = "httpd-end-of-life",
    .severity = Severity::critical,
    .title = "This httpd gets no corrections any more",
    .references = {"CIS 6.5", "STIG AS24-U1-000930", "STIG AS24-U1-000960", "CVE-2021-41773",
                   "CWE-1104"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::httpd_end_of_life
