#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::define_in_virtual_host {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `Define` stands inside a virtual host, and a line behind that virtual host takes its value. `Define`
knows no scope: from its line on it holds for everything that is read after it.

```apache bad
Listen 80
Define AUDIENCE office
<VirtualHost *:80>
    ServerName www.example.org
    Define AUDIENCE everybody
    #^
    Header set X-Audience ${AUDIENCE}
</VirtualHost>
<VirtualHost *:80>
    ServerName intranet.example.org
    Header set X-Audience ${AUDIENCE}
</VirtualHost>
```
```apache bad
Listen 80
<VirtualHost *:80>
    Define LIMIT 0
    #^
    LimitRequestBody ${LIMIT}
</VirtualHost>
LimitRequestBody ${LIMIT}
```
A virtual host that defines before it uses takes what is its own:
```apache good
Listen 80
<VirtualHost *:80>
    Define SITE shop.example
    ServerName ${SITE}
</VirtualHost>
<VirtualHost *:80>
    Define SITE wiki.example
    ServerName ${SITE}
</VirtualHost>
```
```apache good
Listen 80
Define AUDIENCE office
<VirtualHost *:80>
    ServerName www.example.org
    Header set X-Audience ${AUDIENCE}
</VirtualHost>
```

## Why it matters
The second virtual host runs with the first one's folder, limit or list of addresses. Whoever reads it
alone cannot see that.

## When to ignore it
Where the value is meant for all; then put it before the virtual hosts.

## How to fix it
Give each virtual host names of its own (`SHOP_ROOT`, `WIKI_ROOT`), or `UnDefine` the name at its end.
)md";

struct Event {
  uint32_t offset = 0;
  std::string_view name;
  const conf::Directive* definition = nullptr;  // null: a use
  bool removal = false;
};

bool in_comment(const conf::SourceFile& file, uint32_t offset) {
  return trim(file.line(file.line_of(offset))).starts_with('#');
}

void add_uses(const conf::SourceFile& file, std::vector<Event>& events) {
  const std::string_view bytes = file.bytes;
  for (size_t at = bytes.find("${"); at != std::string_view::npos; at = bytes.find("${", at + 2)) {
    const size_t end = bytes.find_first_of("}\n", at);
    if (end == std::string_view::npos || bytes[end] != '}') continue;
    const auto offset = static_cast<uint32_t>(at);
    if (!in_comment(file, offset)) events.push_back({offset, bytes.substr(at + 2, end - at - 2)});
  }
}

bool in_macro(const Snapshot& snapshot, const conf::Directive& d) {
  return snapshot.config.origins[d.origin].kind == conf::Origin::Kind::macro;
}

using EventsOfFiles = std::unordered_map<conf::FileId, std::vector<Event>>;

EventsOfFiles definitions_of(const Snapshot& snapshot) {
  EventsOfFiles files;
  std::unordered_set<conf::FileId> wanted;
  for (const conf::Directive* d : snapshot.config.all("Define")) {
    if (in_macro(snapshot, *d)) continue;
    files[d->file].push_back({d->offset, d->arg(0), d});
    if (d->enclosing("VirtualHost") != nullptr) wanted.insert(d->file);
  }
  for (const conf::Directive* d : snapshot.config.all("UnDefine")) {
    files[d->file].push_back({d->offset, d->arg(0), d, true});
  }
  std::erase_if(files, [&](const auto& entry) { return !wanted.contains(entry.first); });
  return files;
}

void judge(const Snapshot& snapshot, conf::FileId id, std::vector<Event>& events,
           Reporter& report) {
  const conf::SourceFile& file = snapshot.config.file(id);
  add_uses(file, events);
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.offset < b.offset; });
  std::unordered_map<std::string_view, const conf::Directive*, IgnoringCaseHash, IgnoringCaseEqual>
      current;
  for (const Event& event : events) {
    if (event.definition != nullptr) {
      current[event.name] = event.removal ? nullptr : event.definition;
      continue;
    }
    const auto known = current.find(event.name);
    if (known == current.end() || known->second == nullptr) continue;
    const conf::Directive& definition = *known->second;
    const conf::Directive* host = definition.enclosing("VirtualHost");
    const uint32_t line = file.line_of(event.offset);
    if (host == nullptr || host->file != id || line <= host->end_line) continue;
    report.find(definition,
                fmt::format("{} is defined for one virtual host, but line {} takes it too",
                            event.name, line));
    known->second = nullptr;
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  EventsOfFiles files = definitions_of(snapshot);
  std::vector<conf::FileId> ids;
  for (const auto& entry : files) ids.push_back(entry.first);
  std::sort(ids.begin(), ids.end());
  for (const conf::FileId id : ids) judge(snapshot, id, files[id], report);
}

}  // namespace

extern const Rule kRule{
    .id = "define-in-virtual-host",
    .severity = Severity::medium,
    .title = "A variable of one virtual host leaks into the lines behind it",
    .references = {"CWE-1108"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::define_in_virtual_host
