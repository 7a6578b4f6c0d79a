#include <fmt/format.h>

#include <map>
#include <set>
#include <vector>

#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"
#include "rules/support/server_mappings.h"
#include "rules/support/servers.h"

namespace stockade::rules::location_only_guard {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A folder is guarded by a `<Location>` alone, and a second way leads to the same folder: another `Alias`, or
another virtual host with the same `DocumentRoot` and without the guard. Its `<Directory>` sections let
everybody in.
```apache bad
#: dir /srv/shop/admin
DocumentRoot /srv/shop
Alias /assets /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
<Location /admin>
#         ^~~~~~
    Require ip 192.0.2.0/24
</Location>
```
```apache bad
#: dir /srv/shop/admin
Listen 80
Listen 443
<Directory /srv/shop>
    Require all granted
</Directory>
<VirtualHost *:443>
    ServerName shop.example
    DocumentRoot /srv/shop
    <Location /admin>
    #         ^~~~~~
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
</VirtualHost>
```
```apache good
#: dir /srv/shop/admin
DocumentRoot /srv/shop
Alias /assets /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
<Directory /srv/shop/admin>
    Require ip 192.0.2.0/24
</Directory>
```
The other host passes every request on to the guarded one:
```apache good
#: dir /srv/shop/admin
Listen 80
Listen 443
<Directory /srv/shop>
    Require all granted
</Directory>
<VirtualHost *:443>
    ServerName shop.example
    DocumentRoot /srv/shop
    <Location /admin>
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop
    Redirect permanent / https://shop.example/
</VirtualHost>
```

## Why it matters
`<Location>` guards a spelling of the URL, not the files. Whoever finds the other spelling reads the same
files without being asked.

## When to ignore it
Where the second way is closed by something that this rule does not see, such as a firewall.

## How to fix it
Write the guard as a `<Directory>` section for the folder: it holds on every way that leads there.
)md";

struct Guarded {
  const conf::Directive* location = nullptr;
  const conf::Server* server = nullptr;
  std::string url;
};

// Every restricting <Location> that leads to a folder, by that folder.
class GuardedFolders {
 public:
  explicit GuardedFolders(const Snapshot& snapshot) {
    for (const conf::Server& server : snapshot.servers.all) {
      const auto locations = server.sections("Location");
      if (locations.empty()) continue;
      const ServerMappings mappings(snapshot, server);
      for (const conf::Directive* location : locations) {
        const auto answer = required_in(*location);
        const std::string_view url = location->arg(0);
        if (!answer || answer->access == Access::granted || !url.starts_with('/')) continue;
        if (conf::has_wildcard(url) || url == "/") continue;
        const auto path = mappings.path_of(url);
        if (!path || mappings.is_passed_on(url)) continue;
        if (path_state(snapshot, *path) != PathState::present) continue;
        by_path[*path].push_back({location, &server, std::string(url)});
      }
    }
  }
  std::map<std::string, std::vector<Guarded>> by_path;
};

struct Way {
  const conf::Server* server = nullptr;
  Mapping mapping;
};

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), index_(snapshot) {}

  void run() {
    const GuardedFolders guarded(snapshot_);
    if (guarded.by_path.empty()) return;
    collect_ways();
    for (const auto& [path, guards] : guarded.by_path) judge(path, guards);
  }

 private:
  void collect_ways() {
    for (const conf::Server* server : serving_servers(snapshot_)) {
      const ServerMappings mappings(snapshot_, *server);
      for (const Mapping& mapping : mappings.all()) {
        ways_[mapping.path].push_back({server, mapping});
      }
    }
  }

  void judge(const std::string& path, const std::vector<Guarded>& guards) {
    std::set<std::pair<const conf::Server*, std::string>> guarded;
    for (const Guarded& guard : guards) guarded.emplace(guard.server, guard.url);
    const conf::Server* main = &snapshot_.servers.main();
    for (std::string_view above = path;; above = parent_path(above)) {
      const auto ways = ways_.find(std::string(above));
      if (ways != ways_.end()) {
        for (const Way& way : ways->second) {
          const std::string url = url_on(way.mapping, path);
          if (guarded.contains({way.server, url}) || guarded.contains({main, url})) continue;
          if (judge(path, guards.front(), way, url)) return;
        }
      }
      if (above == "/") return;
    }
  }

  static std::string url_on(const Mapping& mapping, const std::string& path) {
    const std::string rest = mapping.path == "/" ? path : path.substr(mapping.path.size());
    return mapping.url == "/" ? (rest.empty() ? "/" : rest) : mapping.url + rest;
  }

  bool judge(const std::string& path, const Guarded& guard, const Way& way,
             const std::string& url) {
    const RequestedFile asked{way.server, path + "/index.html", url + "/index.html"};
    const Reach reach = reach_of(snapshot_, asked, &index_);
    if (reach.kind != Reach::Kind::served) return false;
    report_
        .find(*guard.location, 0,
              fmt::format("{} is guarded as {} alone and open to everybody as {} of {}", path,
                          guard.url, url, way.server->label))
        .evidence(*way.mapping.directive, "the second way")
        .server(*guard.server)
        .example(url)
        .fix(fmt::format("write the guard as <Directory \"{}\">", path), FixRisk::decision,
             "requests that rely on the second way");
    return true;
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  DirectorySections index_;
  std::map<std::string, std::vector<Way>> ways_;
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "location-only-guard",
    .severity = Severity::high,
    .title = "A second URL leads past the guard to the same files",
    .references = {"CWE-288", "CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::location_only_guard
