#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/directory_sections.h"
#include "rules/support/served_trees.h"

namespace stockade::rules::exec_cgi_too_broad {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
CGI programs may run in all of a served folder, or everywhere, rather than in a folder for programs:
`ExecCGI` or `All` stands in the server, or in a `<Directory>` at or above a `DocumentRoot`, and a handler
binds CGI to files.
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options FollowSymLinks ExecCGI
    #                      ^~~~~~~
    <FilesMatch "\.cgi$">
        SetHandler cgi-script
    </FilesMatch>
</Directory>
```
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
AddHandler cgi-script .cgi
Options +ExecCGI
#       ^~~~~~~~
```
```apache good
#: dir /srv/shop
#: dir /srv/shop/tools
DocumentRoot /srv/shop
AddHandler cgi-script .cgi
<Directory /srv/shop/tools>
    Options +ExecCGI
</Directory>
```
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/shop>
    Options All
</Directory>
```

## Why it matters
A program that lands anywhere in the tree, by an upload or an update gone wrong, is one that visitors run.

## When to ignore it
Where the whole folder is one application of CGI programs and nobody but you writes there.

## How to fix it
Take the option out here and give it to the one folder that holds programs, or use `ScriptAlias`.
)md";

bool binds_cgi(const conf::Config& config) {
  for (std::string_view name : {"AddHandler", "SetHandler"}) {
    for (const conf::Directive* d : config.all(name)) {
      const bool cgi = equals_ignoring_case(d->arg(0), "cgi-script") ||
                       equals_ignoring_case(d->arg(0), "fcgid-script");
      if (cgi && d->enclosing("Location") == nullptr) return true;
    }
  }
  return false;
}

// Whether it holds for all of a DocumentRoot: of which.
std::string covered_root(const ServedTrees& trees, const conf::Directive& section) {
  if (!regex_of(section).empty() || conf::has_wildcard(section.arg(0))) return "";
  const std::string path = normal_path(section.arg(0));
  for (const ServedTree& tree : trees.trees) {
    if (tree.directive->is("DocumentRoot") && is_within(tree.path, path)) return tree.path;
  }
  return "";
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!binds_cgi(snapshot.config)) return;
  const ServedTrees& trees = served_trees(snapshot);
  for (const conf::Directive* d : snapshot.config.all("Options")) {
    const auto said = option_of(*d, "ExecCGI");
    if (!said || !said->on) continue;
    const bool in_server = d->parent == nullptr || d->parent->is("VirtualHost");
    std::string where = "everywhere";
    if (!in_server) {
      if (!d->parent->is("Directory")) continue;
      where = covered_root(trees, *d->parent);
      if (where.empty()) continue;
      where = "in all of " + where;
    }
    report.find(*d, said->word, fmt::format("CGI programs may run {}", where))
        .server(snapshot.servers.of(*d))
        .fix("allow programs in the folder that holds them alone", FixRisk::decision,
             "programs in other folders");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "exec-cgi-too-broad",
    .severity = Severity::medium,
    .title = "CGI programs may run in all of a served folder",
    .references = {"CIS 5.3", "CWE-732"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::exec_cgi_too_broad
