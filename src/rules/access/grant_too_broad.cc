#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/reporter.h"
#include "rules/support/authz.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::grant_too_broad {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Require all granted` stands in a `<Directory>` for one of the great folders of a system, such as `/var`,
`/home` or `/etc`, rather than for the folder that is served. A folder that is served itself as a whole is
left alone here.
```apache bad
#: dir /var/www/html
DocumentRoot /var/www/html
<Directory /var>
#          ^~~~
    Require all granted
</Directory>
```
```apache bad
#: dir /home/shop/htdocs
DocumentRoot /home/shop/htdocs
<Directory "/home/*">
#          ^~~~~~~~~
    Order allow,deny
    Allow from all
</Directory>
```
```apache good
#: dir /var/www/html
DocumentRoot /var/www/html
<Directory /var/www>
    Require all granted
</Directory>
```
```apache good
<Directory /var>
    Require all denied
</Directory>
<Directory "/home/*/public_html">
    Require all granted
</Directory>
```

## Why it matters
The grant is not for what is served today but for everything below it, for ever. The next `Alias`, a link
that somebody lays, a rewrite rule with a hole: the answer is already yes, and `/var` holds the mail, the
databases and the logs.

## When to ignore it
Where the whole folder is meant to be public, as on a mirror whose root is a file system of its own.

## How to fix it
Replace it by one section for each folder that is served. `stockade explain` shows which are.
)md";

constexpr std::array<std::string_view, 27> kGreat = {
    "/bin",     "/boot",      "/data",  "/dev",     "/etc",     "/export", "/home",
    "/lib",     "/lib64",     "/media", "/mnt",     "/net",     "/opt",    "/proc",
    "/root",    "/run",       "/sbin",  "/srv",     "/sys",     "/tmp",    "/usr",
    "/usr/lib", "/usr/local", "/var",   "/var/lib", "/var/log", "/var/tmp"};

// The folder a section is for: "/home" of "/home/" and of "/home/*".
std::string folder_of(const conf::Directive& section) {
  std::string_view path = section.arg(0);
  if (path.ends_with("/*")) path.remove_suffix(2);
  return normal_path(path);
}

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  for (const conf::Directive* section : snapshot.config.all_sections("Directory")) {
    const std::string folder = folder_of(*section);
    if (std::find(kGreat.begin(), kGreat.end(), folder) == kGreat.end()) continue;
    const auto required = required_in(*section);
    const auto allowed = allowed_in(*section);
    const bool granted = (required || allowed) &&
                         (!required || required->access == Access::granted) &&
                         (!allowed || allowed->access == Access::granted);
    const ServedTree* tree = trees.serving(folder);
    if (!granted || (tree != nullptr && tree->path == folder)) continue;
    const conf::Directive& grant = *(required ? required : allowed)->decided_by;
    report.find(*section, 0, fmt::format("everything below {} is granted to everybody", folder))
        .evidence(grant, "the grant")
        .fix("grant the served folders one by one", FixRisk::decision,
             "folders that nobody thought of when the list was made");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "grant-too-broad",
    .severity = Severity::medium,
    .title = "Whole branches of the file system are granted to everybody",
    .references = {"CIS 4.2", "CWE-276"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::grant_too_broad
