#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/paths.h"
#include "rules/support/served_files.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::version_control_served {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The working folder of a version control system (`.git`, `.svn`, `.hg`, `.bzr`, `CVS`) lies in a tree
that a server hands out, and nothing keeps strangers from its files. Real folders are looked for; that
a blocking rule is missing is not enough.

```apache bad
#: dir /srv/shop
#: file /srv/shop/.git/HEAD
#^ /srv/shop/.git
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
```
```apache fixed
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
RedirectMatch 404 "/(\.git|\.svn|\.hg|\.bzr|CVS)(/|$)"
```
```apache bad
#: dir /srv/shop
#: file /srv/docs/manual/.svn/wc.db
#^ /srv/docs/manual/.svn
DocumentRoot /srv/shop
<VirtualHost *:80>
    ServerName shop.example
    Alias /docs /srv/docs
</VirtualHost>
```
```apache fixed
DocumentRoot /srv/shop
<VirtualHost *:80>
    ServerName shop.example
    Alias /docs /srv/docs
</VirtualHost>
RedirectMatch 404 "/(\.git|\.svn|\.hg|\.bzr|CVS)(/|$)"
```
```apache good
#: dir /srv/shop
#: file /srv/shop/.git/HEAD
DocumentRoot /srv/shop
<DirectoryMatch "/\.git">
    Require all denied
</DirectoryMatch>
```
The folder above the served one is no danger:
```apache good
#: dir /srv/shop/public
#: file /srv/shop/.git/HEAD
DocumentRoot /srv/shop/public
```
```apache good
#: dir /srv/shop
#: file /srv/shop/.git/HEAD
#: file /srv/shop/.htaccess
#| RedirectMatch 404 /\.git
#: not-checked
DocumentRoot /srv/shop
<Directory /srv/shop>
    AllowOverride All
    Require all granted
</Directory>
```

## Why it matters
From `/.git/` the whole source is rebuilt with a ready-made tool, with its history: passwords that were
removed last year are still in it. Scanners ask every server on the net for `/.git/HEAD` every day.

## When to ignore it
Where the repository is meant to be cloned over plain HTTP and holds nothing that is not public.

## How to fix it
Serve a folder below the checkout, or deploy without the version control folder. The redirect closes
the door until then, for every virtual host; `404` also hides that the folder is there.
)md";

struct System {
  std::string_view folder;
  std::string_view witness;  // a file that each such folder has
};
constexpr std::array<System, 5> kSystems = {{{".git", "HEAD"},
                                             {".svn", "wc.db"},
                                             {".hg", "requires"},
                                             {".bzr", "README"},
                                             {"CVS", "Root"}}};

constexpr std::string_view kRefuse =
    R"re(RedirectMatch 404 "/(\.git|\.svn|\.hg|\.bzr|CVS)(/|$)")re";

const System* system_of(std::string_view path) {
  const auto found = std::find_if(kSystems.begin(), kSystems.end(), [&](const System& system) {
    return system.folder == file_name(path);
  });
  return found == kSystems.end() ? nullptr : &*found;
}

void judge(const Snapshot& snapshot, Reporter& report, const ServedPath& folder,
           const System& system) {
  const std::string witness = fmt::format("{}/{}", folder.path, system.witness);
  const std::string url = url_of(*folder.tree, witness);
  const Reach reach = reach_of(snapshot, {folder.tree->server, witness, url});
  if (reach.kind == Reach::Kind::uncertain) {
    report.not_checked(fmt::format("whether {} is handed out", folder.path), reach.reason,
                       fmt::format("ask the server for {}", url));
  }
  if (reach.kind != Reach::Kind::served) return;
  Draft draft = report.find_path(
      folder.path, fmt::format("{} is handed out to everybody as {}", folder.path, url));
  draft.evidence(*folder.tree->directive, fmt::format("serves {}", folder.tree->path));
  if (reach.decided_by != nullptr) draft.evidence(*reach.decided_by, "grants everybody");
  draft.server(*folder.tree->server)
      .example(url)
      .fix("answer 404 for version control folders")
      .append_to_main_file(std::string(kRefuse));
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  if (!trees_are_seen(snapshot, report, trees, "version control folders")) return;
  for (const ServedPath& served : served_paths(snapshot, trees)) {
    const bool is_folder = served.facts->status.type == FileType::directory;
    const System* system = is_folder ? system_of(served.path) : nullptr;
    if (system != nullptr) judge(snapshot, report, served, *system);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "version-control-served",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "Source code and its history can be downloaded from a served folder",
    .references = {"CWE-538", "CWE-527"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::version_control_served
