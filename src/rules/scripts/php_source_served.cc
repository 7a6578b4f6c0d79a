#include <fmt/format.h>

#include <map>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/handlers.h"
#include "rules/support/served_files.h"

namespace stockade::rules::php_source_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
PHP files lie in a served folder, strangers get them, and nothing runs them: httpd sends their source. No
handler holds for them, or `php_admin_flag engine off` switches it off.
```apache bad
#: dir /srv/shop
#: file /srv/shop/index.php
#: file /srv/shop/config.php
#^ /srv/shop/config.php
DocumentRoot /srv/shop
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/index.php
#: file /srv/old/index.php
#^ /srv/old/index.php
DocumentRoot /srv/shop
Alias /old /srv/old
<Directory /srv/shop>
    <FilesMatch "\.php$">
        SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost/"
    </FilesMatch>
</Directory>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/index.php
DocumentRoot /srv/shop
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost/"
</FilesMatch>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/index.php
DocumentRoot /srv/shop
ProxyPassMatch "^/(.*\.php)$" "fcgi://127.0.0.1:9000/srv/shop/$1"
```
```apache good
#: dir /srv/shop
#: file /srv/shop/index.php
DocumentRoot /srv/shop
<FilesMatch "\.php$">
    Require all denied
</FilesMatch>
```

## Why it matters
The source holds the password of the database and shows every hole. It happens when a module is gone after
an upgrade, or a virtual host is set up without what the others have.

## When to ignore it
Where the files are offered for reading, as in an archive of programs.

## How to fix it
Bind the handler for this folder as for the others, or deny `\.php$` where none is meant to run.
)md";

bool is_php(std::string_view path) {
  return ends_with_ignoring_case(path, ".php") || ends_with_ignoring_case(path, ".phtml");
}

struct Found {
  std::string path;
  std::string url;
  size_t more = 0;
};

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  if (!trees_are_seen(snapshot, report, trees, "PHP files")) return;
  const DirectorySections index(snapshot);
  std::map<const ServedTree*, Found> found;
  std::map<std::string, bool> folders;  // of one folder the first file speaks for all
  std::string reason;
  for (const ServedPath& served : served_paths(snapshot, trees)) {
    if (served.facts->status.type != FileType::regular || !is_php(served.path)) continue;
    const std::string folder(parent_path(served.path));
    const auto [known, is_new] = folders.emplace(folder, false);
    if (!is_new) {
      if (known->second) ++found[served.tree].more;
      continue;
    }
    const std::string url = url_of(*served.tree, served.path);
    const RequestedFile file{served.tree->server, std::string(served.path), url};
    const Reach reach = reach_of(snapshot, file, &index);
    if (reach.kind == Reach::Kind::refused || reach.kind == Reach::Kind::guarded) continue;
    const FileHandler handler = handler_of(snapshot, file, &index);
    const bool unsure =
        reach.kind == Reach::Kind::uncertain || handler.kind == FileHandler::Kind::uncertain;
    if (handler.kind == FileHandler::Kind::executes) continue;
    if (unsure) {
      if (reason.empty()) reason = reach.reason.empty() ? handler.reason : reach.reason;
      continue;
    }
    known->second = true;
    const auto [entry, first] = found.emplace(served.tree, Found{std::string(served.path), url, 0});
    if (!first) ++entry->second.more;
  }
  if (!reason.empty()) report.not_checked("whether every PHP file is run", reason);
  for (const ServedTree& tree : trees.trees) {
    const auto entry = found.find(&tree);
    if (entry == found.end()) continue;
    const Found& file = entry->second;
    const std::string more = file.more == 0 ? "" : fmt::format(", and {} more", file.more);
    report
        .find_path(file.path,
                   fmt::format("the source of {} is sent as {}{}", file.path, file.url, more))
        .evidence(*tree.directive, fmt::format("serves {}", tree.path))
        .server(*tree.server)
        .example(file.url)
        .fix("bind the PHP handler here, or deny the files", FixRisk::decision, "");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "php-source-served",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "The source of PHP programs is sent to everybody",
    .references = {"CWE-540"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::php_source_served
