#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "conf/classes/matching_text.h"
#include "conf/effective/uri.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/asked.h"
#include "rules/support/authz.h"
#include "rules/support/paths.h"
#include "rules/support/server_mappings.h"

namespace stockade::rules::location_reopens_directory {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A `<Location>` grants everybody, and the files it leads to are denied or guarded by a `<Directory>` or
`<Files>` section. httpd merges Location last, and its `Require` replaces theirs: the guard is lost.
```apache bad
#: dir /srv/shop/admin
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
<Directory /srv/shop/admin>
    Require ip 192.0.2.0/24
</Directory>
<Location />
    Require all granted
    #^
</Location>
```
Files that begin with `.ht` are what is lost most often:
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
<VirtualHost *:80>
    ServerName shop.example
    <Location "/">
        Require all granted
        #^
    </Location>
</VirtualHost>
```
```apache good
#: dir /srv/shop/admin
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
<Directory /srv/shop/admin>
    Require ip 192.0.2.0/24
</Directory>
```
No files are behind a Location that is passed on:
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8080/
    <Location />
        Require all granted
    </Location>
</VirtualHost>
```
A Location with `AuthMerging` adds to the guard instead of replacing it:
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
<Location />
    AuthMerging And
    Require all granted
</Location>
```
An `<If>` that holds for everything is merged behind the Location:
```apache good
#: dir /srv/shop/admin
DocumentRoot /srv/shop
<Directory /srv/shop/admin>
    Require ip 192.0.2.0/24
</Directory>
<Location />
    Require all granted
</Location>
<If "%{REQUEST_URI} =~ m#^/admin#">
    Require ip 192.0.2.0/24
</If>
```

## Why it matters
Both sections look right when read alone, and nothing warns. What was closed answers 200 to everybody.

## When to ignore it
Where the opening is meant: a public page within a guarded site. Say so in a comment next to it.

## How to fix it
Grant the folder in its `<Directory>` section and take the `Require` out of the `<Location>`. For files
use `<Directory>`; `<Location>` is for URLs that no file stands behind.
)md";

// A section that closes something, and what.
struct Guard {
  std::string path;  // of a <Directory>; empty: of files by name, anywhere
  const conf::Directive* section = nullptr;
  const conf::Directive* decided_by = nullptr;
};

bool merges(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("AuthMerging")) return !equals_ignoring_case(d.arg(0), "Off");
  }
  return false;
}

// Nothing that the section leads to is a plain file.
bool has_handler(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    const bool sets = d.is("SetHandler") && !equals_ignoring_case(d.arg(0), "None");
    if (sets || d.is("ProxyPass") || d.is("Redirect")) return true;
  }
  return false;
}

std::optional<Guard> guard_of(const conf::Directive& section) {
  const auto required = required_in(section);
  if (!required || required->access == Access::granted) return std::nullopt;
  const bool is_directory = section.is("Directory");
  if (is_directory && (!regex_of(section).empty() || conf::has_wildcard(section.arg(0)))) {
    return std::nullopt;
  }
  return Guard{is_directory ? normal_path(section.arg(0)) : "", &section, required->decided_by};
}

// The guards of the main server, found by path without looking at all.
class Guards {
 public:
  explicit Guards(const conf::Server& server) {
    for (std::string_view name : {"Directory", "Files", "FilesMatch"}) {
      for (const conf::Directive* section : server.sections(name)) {
        const auto guard = guard_of(*section);
        if (guard && guard->path.empty()) files_.push_back(*guard);
        if (guard && !guard->path.empty()) by_path_.emplace(guard->path, *guard);
      }
    }
  }
  // A guard at `path` or below it, else one of files.
  const Guard* within(const std::string& path) const {
    const auto found = by_path_.lower_bound(path);
    if (found != by_path_.end() && is_within(found->first, path)) return &found->second;
    return files_.empty() ? nullptr : &files_.front();
  }

 private:
  std::multimap<std::string, Guard> by_path_;
  std::vector<Guard> files_;
};

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), main_(snapshot.servers.main()) {}

  void run() {
    for (const conf::Server& server : snapshot_.servers.all) {
      const auto locations = server.sections("Location");
      if (locations.empty()) continue;
      const ServerMappings mappings(snapshot_, server);
      const Guards own(server);
      for (const conf::Directive* location : locations) judge(server, mappings, own, *location);
    }
  }

 private:
  // A URL that the guard was written for.
  static std::optional<std::string> guarded_url(std::string_view url, std::string_view path,
                                                const Guard& guard) {
    std::string below(url);
    if (!below.ends_with('/')) below += '/';
    if (!guard.path.empty()) {
      if (guard.path.size() <= path.size()) return std::string(url);
      const size_t front = path == "/" ? 1 : path.size() + 1;
      return below + conf::escape_path(guard.path.substr(front)) + "/";
    }
    const std::string_view expression = regex_of(*guard.section);
    if (expression.empty()) return below + conf::escape_path(guard.section->arg(0));
    const auto name = conf::matching_text(expression, "");
    return name ? std::optional(below + conf::escape_path(*name)) : std::nullopt;
  }

  void judge(const conf::Server& server, const ServerMappings& mappings, const Guards& own,
             const conf::Directive& location) {
    const auto grant = required_in(location);
    if (!grant || grant->access != Access::granted || merges(location)) return;
    const std::string_view url = location.arg(0);
    if (!url.starts_with('/') || conf::has_wildcard(url) || url.starts_with("/.well-known") ||
        has_handler(location) || mappings.is_passed_on(url)) {
      return;
    }
    const auto path = mappings.path_of(url);
    if (!path || path_state(snapshot_, *path) == PathState::absent) return;
    const Guard* guard = own.within(*path);
    if (guard == nullptr && !server.is_main()) guard = main_.within(*path);
    if (guard == nullptr) return;
    const auto guarded = guarded_url(url, *path, *guard);
    const auto outcome = guarded ? asked(snapshot_, server, *guarded) : conf::Outcome{};
    const bool is_its_own = outcome.effective.vhost == server.label;
    if (is_its_own && conf::is_closed(outcome.answer)) return;  // something else holds
    Draft draft = report_.find(*grant->decided_by,
                               fmt::format("the grant for {} replaces the guard of {} {}", url,
                                           guard->section->name, guard->section->arg(0)));
    draft.evidence(*guard->decided_by, "the guard that is lost")
        .server(server)
        .fix("grant the folder in a <Directory> section instead", FixRisk::decision,
             "what is reachable only through this Location today");
    if (is_its_own && outcome.answer == conf::Answer::open)
      draft.example(conf::url_of(conf::request_for(snapshot_.servers, server, *guarded)));
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  Guards main_;
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "location-reopens-directory",
    .severity = Severity::high,
    .title = "A Location grants what a Directory or Files section guards",
    .references = {"CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::location_reopens_directory
