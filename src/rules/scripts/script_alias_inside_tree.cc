#include <fmt/format.h>

#include <string>

#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/handlers.h"
#include "rules/support/paths.h"
#include "rules/support/server_mappings.h"

namespace stockade::rules::script_alias_inside_tree {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The folder of a `ScriptAlias` lies within a served folder and is reached by a second URL, under which its
programs are not run but sent as they are.
```apache bad
#: dir /srv/shop/programs
DocumentRoot /srv/shop
ScriptAlias /cgi-bin/ /srv/shop/programs/
#                     ^~~~~~~~~~~~~~~~~~~
```
```apache bad
#: dir /srv/shop/cgi
Alias /files /srv/shop
ScriptAlias /run /srv/shop/cgi
#                ^~~~~~~~~~~~~
<Directory /srv/shop>
    Require all granted
</Directory>
```
```apache good
#: dir /srv/shop
#: dir /usr/lib/cgi-bin
DocumentRoot /srv/shop
ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/
```
Both ways are one URL:
```apache good
#: dir /srv/shop/cgi-bin
DocumentRoot /srv/shop
ScriptAlias /cgi-bin/ /srv/shop/cgi-bin/
```

## Why it matters
The programs' source shows how they check what they are sent, and often holds a password.

## When to ignore it
Where the programs are public anyway.

## How to fix it
Move the programs out of the served folder, as `/usr/lib/cgi-bin` is.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  const DirectorySections index(snapshot);
  for (const conf::Directive* alias : snapshot.config.all("ScriptAlias")) {
    if (alias->words.size() != 2) continue;
    const conf::Server& server = snapshot.servers.of(*alias);
    const std::string folder = path_argument(snapshot, alias->arg(1));
    const ServerMappings mappings(snapshot, server);
    for (const Mapping& mapping : mappings.all()) {
      if (mapping.directive == alias || mapping.is_script_alias) continue;
      if (!is_within(folder, mapping.path)) continue;
      const std::string rest = folder.substr(mapping.path == "/" ? 0 : mapping.path.size());
      const std::string url = (mapping.url == "/" ? "" : mapping.url) + rest;
      if (url_takes(alias->arg(0), url.empty() ? "/" : url)) continue;
      const RequestedFile script{&server, folder + "/x.cgi", url + "/x.cgi"};
      const Reach reach = reach_of(snapshot, script, &index);
      const FileHandler handler = handler_of(snapshot, script, &index);
      if (reach.kind != Reach::Kind::served || handler.kind != FileHandler::Kind::none) continue;
      report.find(*alias, 1, fmt::format("the programs are sent as text under {}/", url))
          .evidence(*mapping.directive, fmt::format("serves {}", mapping.path))
          .server(server)
          .example(url + "/")
          .fix("move the programs out of the served folder", FixRisk::decision, "");
      break;
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "script-alias-inside-tree",
    .severity = Severity::medium,
    .title = "A second URL sends the source of CGI programs",
    .references = {"CWE-540", "CWE-219"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::script_alias_inside_tree
