#include <fmt/format.h>

#include <array>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/handlers.h"
#include "rules/support/served_files.h"
#include "rules/support/workers.h"

namespace stockade::rules::symlink_leaves_tree {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A symbolic link in a served folder leads out of everything that is served, httpd follows it
(`FollowSymLinks`, the default), and the target is none of the site's business: a folder of the system or of
home folders, or a file of somebody else than the link's owner.
```apache bad
#: dir /srv/shop
#: dir /etc/ssl
#: link /srv/shop/conf -> /etc
#^ /srv/shop/conf
DocumentRoot /srv/shop
```
```apache bad
#: dir /srv/shop
#: dir /var/log/shop
#: link /srv/shop/logs -> /var/log/shop
#^ /srv/shop/logs
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options FollowSymLinks
    Require all granted
</Directory>
```
```apache good
#: dir /srv/shop/public
#: dir /srv/shop/storage
#: link /srv/shop/public/files -> /srv/shop/storage
DocumentRoot /srv/shop/public
```
```apache good
#: dir /srv/shop
#: dir /etc/ssl
#: link /srv/shop/conf -> /etc
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options -FollowSymLinks
</Directory>
```
A linked program is run, and its text stays inside:
```apache good
#: dir /srv/shop
#: link /srv/shop/config.php -> /etc/shop/config.php
#: file /etc/shop/config.php
DocumentRoot /srv/shop
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost"
</FilesMatch>
```

## Why it matters
The access rules of the link's own path hold for what lies behind it: that `<Directory "/">` denies does not
help. One link to `/` and the machine is public.

## When to ignore it
Where the target holds nothing but what is meant for everybody.

## How to fix it
Remove the link, or serve the target with an `Alias` and a section of its own. `SymLinksIfOwnerMatch` stops
links to files of others; it is a help against mistakes, not against an attacker who is quick.
)md";

constexpr std::array<std::string_view, 9> kForeign = {
    "/etc", "/root", "/proc", "/sys", "/boot", "/dev", "/run", "/var/log", "/var/spool"};

bool is_foreign(std::string_view target) {
  if (target == "/" || target == "/home" || target == "/var" || target == "/usr") return true;
  for (std::string_view folder : kForeign) {
    if (is_within(target, folder)) return true;
  }
  return false;
}

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), trees_(served_trees(snapshot)), index_(snapshot) {}

  void run() {
    if (!trees_are_seen(snapshot_, report_, trees_, "links out of the tree")) return;
    for (const ServedPath& served : served_paths(snapshot_, trees_)) {
      const host::PathFacts& facts = *served.facts;
      if (facts.status.type != FileType::symlink || facts.real_path.empty()) continue;
      if (trees_.serving(facts.real_path) == nullptr) judge(served);
    }
  }

 private:
  void judge(const ServedPath& served) {
    const host::PathFacts& link = *served.facts;
    const host::PathFacts* target = snapshot_.paths.find(link.real_path);
    const bool known = snapshot_.coverage.owners;
    const bool other_owner =
        known && target != nullptr && link.status.uid != 0 && link.status.uid != target->status.uid;
    if (!is_foreign(link.real_path) && !other_owner) {
      owners_are_known(snapshot_, report_, fmt::format("whose {} is", served.path));
      return;
    }
    const conf::Server& server = *served.tree->server;
    const auto sections = index_.over(server, parent_path(served.path));
    if (!option_in(server, sections, "FollowSymLinks").on) {
      const bool if_owner = option_in(server, sections, "SymLinksIfOwnerMatch").on;
      if (!if_owner || other_owner) return;
      if (!owners_are_known(snapshot_, report_, fmt::format("whose {} is", served.path))) return;
    }
    const std::string url = url_of(*served.tree, served.path);
    const Reach reach = reach_of(snapshot_, {&server, std::string(served.path), url}, &index_);
    if (reach.kind == Reach::Kind::uncertain) {
      report_.not_checked(fmt::format("whether {} is reached", served.path), reach.reason);
    }
    if (reach.kind != Reach::Kind::served || is_run(served, server, url)) return;
    report_
        .find_path(served.path, fmt::format("{} leads to {} and is handed out as {}", served.path,
                                            link.real_path, url))
        .evidence(*served.tree->directive, fmt::format("serves {}", served.tree->path))
        .server(server)
        .example(url)
        .fix("remove the link, or serve its target with an Alias", FixRisk::decision,
             "pages that lie behind the link");
  }

  // A program is run, not handed out: the configuration of an application, linked from /etc.
  bool is_run(const ServedPath& served, const conf::Server& server, const std::string& url) {
    const host::PathFacts* target = snapshot_.paths.find(served.facts->real_path);
    if (target == nullptr || target->status.type != FileType::regular) return false;
    const FileHandler handler =
        handler_of(snapshot_, {&server, std::string(served.path), url}, &index_);
    return handler.kind == FileHandler::Kind::executes;
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  const ServedTrees& trees_;
  DirectorySections index_;
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "symlink-leaves-tree",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "A link in a served folder opens another part of the machine",
    .references = {"STIG AS24-U2-000350", "CWE-59"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::symlink_leaves_tree
