#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::userdir_exposes_root {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`UserDir` serves folders of accounts, and

- `root` is among them: no `UserDir disabled root` stands in the same server (a virtual host with a
  `UserDir` of its own does not take over the main server's list), or
- the folder is an absolute path without `*`, so that all of what an account has there is served, as
  `/home` serves the home folders themselves.

```apache bad
UserDir public_html
#       ^~~~~~~~~~~
```
```apache fixed
UserDir public_html
UserDir disabled root
```
```apache bad
UserDir disabled root
UserDir /home
#       ^~~~~
```
```apache bad
UserDir disabled root
<VirtualHost *:80>
    ServerName people.example
    UserDir www
    #       ^~~
</VirtualHost>
```
```apache fixed
UserDir disabled root
<VirtualHost *:80>
    ServerName people.example
    UserDir www
    UserDir disabled root
</VirtualHost>
```
```apache good
UserDir public_html
UserDir disabled root
```
```apache good
UserDir disabled
UserDir enabled alice bob
UserDir public_html
```

## Why it matters
`/~root/` leads into the superuser's home. And `/~alice/.ssh/id_ed25519` is not what alice meant to
publish.

## When to ignore it
Where root's home holds no such folder and never will; the line costs nothing.

## How to fix it
Add `UserDir disabled root`, or name the accounts that are meant: `UserDir disabled`, then `UserDir enabled
alice bob`. Serve a folder within the home: `UserDir public_html`.
)md";

bool is_keyword(const conf::Directive& d) {
  for (std::string_view word : {"disabled", "disable", "enabled", "enable"}) {
    if (equals_ignoring_case(d.arg(0), word)) return true;
  }
  return false;
}

bool disables(const conf::Directive& d) { return starts_with_ignoring_case(d.arg(0), "disable"); }

struct UserDirs {
  const conf::Directive* folder = nullptr;  // the last that names folders
  bool root_out = false;
  bool all_out = false;  // but for those enabled by name
  bool root_in = false;
};

UserDirs user_dirs(const conf::Server& server) {
  UserDirs result;
  for (const conf::Directive* d : server.own("UserDir")) {
    if (!is_keyword(*d)) {
      result.folder = d;
    } else if (d->words.size() == 1) {
      result.all_out = disables(*d);
    } else {
      for (size_t i = 1; i < d->words.size(); ++i) {
        if (d->arg(i) == "root") (disables(*d) ? result.root_out : result.root_in) = true;
      }
    }
  }
  return result;
}

void judge_folders(Reporter& report, const conf::Directive& folder) {
  for (size_t i = 0; i < folder.words.size(); ++i) {
    const std::string_view path = folder.arg(i);
    if (!path.starts_with('/') || path.find('*') != std::string_view::npos) continue;
    report.find(folder, i, fmt::format("all of {}/NAME is served as /~NAME/", path))
        .about(std::string(path))
        .example("/~alice/.ssh/")
        .fix("serve a folder within the home, such as public_html", FixRisk::decision,
             "pages that lie outside of that folder");
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Server& server : snapshot.servers.all) {
    const UserDirs dirs = user_dirs(server);
    if (dirs.folder == nullptr) continue;
    judge_folders(report, *dirs.folder);
    const bool elsewhere = dirs.folder->arg(0).find("://") != std::string_view::npos;
    const bool root_served = dirs.all_out ? dirs.root_in : !dirs.root_out;
    if (!root_served || elsewhere) continue;
    report.find(*dirs.folder, 0, "/~root/ leads into the superuser's home")
        .server(server)
        .example("/~root/")
        .fix("leave root out", FixRisk::safe)
        .insert_after(*dirs.folder, "UserDir disabled root");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "userdir-exposes-root",
    .severity = Severity::medium,
    .title = "Home folders are served that nobody meant to publish",
    .references = {"CIS 2.7", "CWE-552"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::userdir_exposes_root
