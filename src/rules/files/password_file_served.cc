#include <fmt/format.h>

#include <set>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::password_file_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A file with accounts or groups for logins (`AuthUserFile`, `AuthGroupFile`, `AuthDBMUserFile` and their
kin) lies in a served folder, and nothing keeps strangers from it.
```apache bad
#: dir /srv/shop
#: file /srv/shop/users
DocumentRoot /srv/shop
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /srv/shop/users
    #            ^~~~~~~~~~~~~~~
    Require valid-user
</Location>
```
```apache bad
#: dir /srv/shop
#: dir /srv/conf
#: file /srv/conf/groups
DocumentRoot /srv/shop
Alias /conf /srv/conf
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/users
    AuthGroupFile /srv/conf/groups
    #             ^~~~~~~~~~~~~~~~
    Require group admins
</Location>
```
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/.htpasswd
DocumentRoot /srv/shop
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /srv/shop/.htpasswd
    Require valid-user
</Location>
```

## Why it matters
The hashes can be tried at leisure, millions in a second. With the names the guessing is half done.

## When to ignore it
Never.

## How to fix it
Move the file out of every served folder, for instance to `/etc/apache2`, readable for the worker's group
alone, and have the passwords in it changed.
)md";

constexpr std::string_view kNames[] = {"AuthUserFile", "AuthGroupFile", "AuthDBMUserFile",
                                       "AuthDBMGroupFile"};

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  const DirectorySections index(snapshot);
  std::set<std::string> seen;
  for (std::string_view name : kNames) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      const std::string path = path_argument(snapshot, d->arg(0));
      const ServedTree* tree = trees.serving(path);
      if (tree == nullptr || !seen.insert(path).second) continue;
      const std::string url = url_of(*tree, path);
      const Reach reach = reach_of(snapshot, {tree->server, path, url}, &index);
      if (reach.kind == Reach::Kind::uncertain) {
        report.not_checked(fmt::format("whether {} is handed out", path), reach.reason,
                           fmt::format("ask the server for {}", url));
      }
      if (reach.kind != Reach::Kind::served) continue;
      Draft draft =
          report.find(*d, 0, fmt::format("{} is handed out to everybody as {}", path, url));
      draft.evidence(*tree->directive, fmt::format("serves {}", tree->path));
      if (reach.decided_by != nullptr) draft.evidence(*reach.decided_by, "grants everybody");
      draft.server(*tree->server)
          .example(url)
          .fix("move it out of the served folder, and change the passwords", FixRisk::decision, "");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "password-file-served",
    .severity = Severity::critical,
    .title = "The file with the passwords can be downloaded",
    .references = {"STIG AS24-U1-000970", "CWE-538", "CWE-522"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::password_file_served
