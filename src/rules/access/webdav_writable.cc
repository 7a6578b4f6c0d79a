#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/server_mappings.h"
#include "rules/support/servers.h"

namespace stockade::rules::webdav_writable {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`Dav` is on for a folder or a URL, and nothing asks who writes there: everybody may put files, move and
delete them.
```apache bad
#: dir /srv/files
DocumentRoot /srv/files
<Directory /srv/files>
    Dav On
    #^
    Require all granted
</Directory>
```
```apache bad
#: dir /srv/files
DavLockDB /var/lock/apache2/dav
<VirtualHost *:80>
    ServerName files.example
    DocumentRoot /srv/files
    <Location /upload>
        Dav On
        #^
    </Location>
</VirtualHost>
```
```apache good
#: dir /srv/files
DocumentRoot /srv/files
<Directory /srv/files>
    Dav On
    AuthType Basic
    AuthName files
    AuthUserFile /etc/apache2/files.users
    Require valid-user
</Directory>
```
```apache good
#: dir /srv/files
DocumentRoot /srv/files
<Directory /srv/files>
    Dav On
    Require all granted
    <LimitExcept GET HEAD OPTIONS PROPFIND>
        Require ip 192.0.2.0/24
    </LimitExcept>
</Directory>
```
```apache good
#: dir /srv/files
DocumentRoot /srv/files
<Directory /srv/files>
    Dav Off
    Require all granted
</Directory>
```

## Why it matters
Somebody will find it within days: first come pages that sell things in your name, then scripts that the
server runs.

## When to ignore it
Where `Dav svn` serves a repository whose own access file lets nobody write; that file is not looked at.

## How to fix it
Ask for a login in the same section, over TLS, or leave reading open and put the writing methods into
`<LimitExcept GET HEAD OPTIONS PROPFIND>` with a `Require`.
)md";

// A <Limit> or <LimitExcept> that asks for something.
bool limits_writing(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    const bool limit = d.section && (d.is("Limit") || d.is("LimitExcept"));
    if (!limit) continue;
    const auto required = required_in(d);
    const auto allowed = allowed_in(d);
    if (required && required->access != Access::granted) return true;
    if (allowed && allowed->access != Access::granted) return true;
  }
  return false;
}

// A file that a request below the section would be about.
std::optional<RequestedFile> file_below(const Snapshot& snapshot, const conf::Directive& section) {
  const conf::Server* server = &snapshot.servers.of(section);
  const ServerMappings mappings(snapshot, *server);
  if (section.words.size() != 1 || conf::has_wildcard(section.arg(0))) return std::nullopt;
  if (section.is("Location")) {
    const std::string url = std::string(section.arg(0)) + "/x";
    return RequestedFile{server, mappings.path_of(url).value_or("/nonexistent/x"), url};
  }
  if (!section.is("Directory")) return std::nullopt;
  const std::string path = normal_path(section.arg(0));
  for (const Mapping& mapping : mappings.all()) {
    if (!is_within(path, mapping.path)) continue;
    const std::string rest = path.substr(mapping.path == "/" ? 0 : mapping.path.size());
    return RequestedFile{server, path + "/x",
                         (mapping.url == "/" ? "" : mapping.url) + rest + "/x"};
  }
  return RequestedFile{server, path + "/x", "/x"};
}

void check(const Snapshot& snapshot, Reporter& report) {
  const DirectorySections index(snapshot);
  for (const conf::Directive* dav : in_force(snapshot.config, "Dav")) {
    if (is_off(*dav) || dav->parent == nullptr || limits_writing(*dav->parent)) continue;
    const auto file = file_below(snapshot, *dav->parent);
    const auto own = required_in(*dav->parent);
    Reach reach;
    if (file) {
      reach = reach_of(snapshot, *file, &index);
    } else if (own && own->access != Access::granted) {
      continue;
    } else {
      reach.kind = Reach::Kind::uncertain;
      reach.reason = "the section is no plain folder or URL";
    }
    if (reach.kind == Reach::Kind::uncertain) {
      report.not_checked(fmt::format("who may write below {}", dav->parent->arg(0)), reach.reason);
    }
    if (reach.kind != Reach::Kind::served) continue;
    Draft draft =
        report.find(*dav, fmt::format("everybody may write below {}", dav->parent->arg(0)));
    if (reach.decided_by != nullptr) draft.evidence(*reach.decided_by, "grants everybody");
    const conf::Server& server = snapshot.servers.of(*dav);
    draft.server(server)
        .example("curl -T file " + origin_of(snapshot, server) + (file ? file->url : "/"))
        .fix("ask for a login, or put the writing methods into <LimitExcept>", FixRisk::decision,
             "clients that write without a login");
  }
}

}  // namespace

extern const Rule kRule{
    .id = "webdav-writable",
    .severity = Severity::critical,
    .title = "Everybody may put files on the server",
    .references = {"CIS 2.3", "STIG AS24-U1-000330", "CWE-434", "CWE-306"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::webdav_writable
