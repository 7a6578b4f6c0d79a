#include <fmt/format.h>

#include <algorithm>

#include "base/file_system.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"

namespace stockade::rules::include_matches_nothing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
An `IncludeOptional` takes in nothing: its folder or file does not exist, or the folder holds files and
the pattern fits none of them. An empty folder is no finding; that is how they come with a package.

```apache bad
#: file /etc/apache2/sites-enabled/shop
#: file /etc/apache2/sites-enabled/wiki
IncludeOptional sites-enabled/*.conf
#               ^
```
```apache bad
IncludeOptional conf.d/*.conf
#               ^
IncludeOptional hardening.conf
#               ^
```
```apache good
#: dir /etc/apache2/sites-enabled
IncludeOptional sites-enabled/*.conf
```
```apache good
#: file /etc/apache2/sites-enabled/shop.conf = TraceEnable off
#: file /etc/apache2/sites-enabled/shop.bak
IncludeOptional sites-enabled/*.conf
```
```apache good
#: unknown files
#: not-checked
IncludeOptional /opt/sites/*.conf
```

## Why it matters
`IncludeOptional` never complains. A hardening file with a slip in its name is simply not there, and
since 2.4 Debian reads only sites whose names end in `.conf`: after an upgrade the old ones are gone.

## When to ignore it
Where the file appears on some machines or at some times only.

## How to fix it
Correct the name, or rename the files so that the pattern fits. Use `Include` for what must be there:
httpd then refuses to start without it.
)md";

// The directive of a record: it stands at the same place.
const conf::Directive* directive_of(const Snapshot& snapshot, const conf::IncludeRecord& record) {
  const auto all = snapshot.config.all("IncludeOptional");
  const auto found = std::find_if(all.begin(), all.end(), [&](const conf::Directive* d) {
    return d->file == record.file && d->offset == record.offset;
  });
  return found == all.end() ? nullptr : *found;
}

size_t files_in(const Snapshot& snapshot, std::string_view folder) {
  size_t count = 0;
  for (const auto& [path, facts] : snapshot.paths.below(folder)) {
    const bool hidden = file_name(path).starts_with('.') || file_name(path) == "README";
    const bool is_file = facts->status.type != FileType::directory;
    if (is_file && !hidden && parent_path(path) == folder) ++count;
  }
  return count;
}

struct Reason {
  std::string text;  // empty: nothing is wrong
  bool unknown = false;
};

Reason why_empty(const Snapshot& snapshot, std::string_view pattern) {
  if (!conf::has_wildcard(pattern)) {
    const PathState state = path_state(snapshot, pattern);
    // httpd's own reading found no file; only where it may look is that the whole truth.
    if (state == PathState::absent) return {fmt::format("{} does not exist", pattern)};
    return {"", state == PathState::unknown};
  }
  const std::string folder(parent_path(pattern));
  if (conf::has_wildcard(folder)) return {};
  const PathState state = path_state(snapshot, folder);
  if (state == PathState::absent) return {fmt::format("the folder {} does not exist", folder)};
  if (state == PathState::unknown) return {"", true};
  const size_t count = files_in(snapshot, folder);
  if (count == 0) return {};
  return {fmt::format("{} holds {} file{}, and {} fits none of them", folder, count,
                      count == 1 ? "" : "s", file_name(pattern))};
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::IncludeRecord& record : snapshot.config.includes) {
    if (!record.optional || !record.found.empty()) continue;
    const Reason reason = why_empty(snapshot, record.pattern);
    if (reason.unknown) {
      report.not_checked(fmt::format("why {} takes in nothing", record.pattern),
                         "the files there were not collected", "run on the server itself");
    }
    if (reason.text.empty()) continue;
    const conf::Directive* d = directive_of(snapshot, record);
    if (d != nullptr) report.find(*d, 0, reason.text);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "include-matches-nothing",
    .severity = Severity::low,
    .certainty = Certainty::file_system,
    .title = "An IncludeOptional takes in nothing, and nobody is told",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::include_matches_nothing
