#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"

namespace stockade::rules::password_hash_weak {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A password file (`AuthUserFile`) holds passwords in a form that is quickly tried through: `{SHA}` without
salt, the old `crypt` or plain text, or Apache's own `$apr1$`. Only the beginning of each line is looked at.
```apache bad
#: file /etc/apache2/users
#| alice:{SHA}
#| bob:$2y$
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/users
    #            ^~~~~~~~~~~~~~~~~~
    Require valid-user
</Location>
```
```apache bad
#: file /etc/apache2/users
#| alice:$apr1$
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/users
    #            ^~~~~~~~~~~~~~~~~~
    Require valid-user
</Location>
```
```apache good
#: file /etc/apache2/users
#| # accounts of the shop
#| alice:$2y$
#| bob:$6$
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```
```apache good
ServerName www.example.org
```
```apache good
#: unknown files
#: not-checked
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/users
    Require valid-user
</Location>
```

## Why it matters
The file is in every backup. From SHA-1 without salt a graphics card tries billions of passwords in a second,
from `$apr1$` some ten millions, from bcrypt some ten thousands.

## When to ignore it
Where the passwords are made by a machine and have twenty characters or more.

## How to fix it
`htpasswd -B -C 12 FILE NAME` sets a password anew with bcrypt; an old hash cannot be changed into a
better one. Each request with a login then costs a few hundred milliseconds of one processor: sessions
(`mod_session`, `mod_auth_form`) spare that.
)md";

// What a hash is called, if it is weak; empty if it is not.
std::string_view weakness(std::string_view hash) {
  if (hash.starts_with("$2") || hash.starts_with("$5$") || hash.starts_with("$6$") ||
      hash.starts_with("$y$") || hash.starts_with("$argon2")) {
    return "";
  }
  if (starts_with_ignoring_case(hash, "{SHA}")) return "SHA-1 without salt";
  if (hash.starts_with("$apr1$")) return "MD5 ($apr1$)";
  if (hash.starts_with("$1$")) return "MD5 ($1$)";
  return "crypt or plain text";
}

bool is_old(std::string_view kind) { return !kind.starts_with("MD5"); }

// How many accounts have which weak kind of hash.
std::map<std::string_view, size_t> weak_hashes(std::string_view content) {
  std::map<std::string_view, size_t> kinds;
  for (std::string_view line : split(content, '\n')) {
    line = trim(line);
    const size_t colon = line.find(':');
    if (line.empty() || line.starts_with('#') || colon == std::string_view::npos) continue;
    const std::string_view kind = weakness(line.substr(colon + 1));
    if (!kind.empty()) ++kinds[kind];
  }
  return kinds;
}

void judge(const Snapshot& snapshot, Reporter& report, const conf::Directive& d,
           const std::string& path) {
  const auto content = snapshot.contents.find(path);
  if (content == snapshot.contents.end()) {
    if (path_state(snapshot, path) == PathState::absent) return;
    report.not_checked(fmt::format("the hashes in {}", path), "the file was not read",
                       "run as root on the server itself");
    return;
  }
  const auto kinds = weak_hashes(content->second);
  if (kinds.empty()) return;
  std::string list;
  bool old = false;
  for (const auto& [kind, count] : kinds) {
    if (!list.empty()) list += ", ";
    list += fmt::format("{} as {}", count, kind);
    old = old || is_old(kind);
  }
  report.find(d, 0, fmt::format("{} keeps passwords in a weak form: {}", path, list))
      .severity(old ? Severity::medium : Severity::low)
      .fix("set the passwords anew: htpasswd -B -C 12", FixRisk::decision,
           "each login costs more time of the processor");
}

void check(const Snapshot& snapshot, Reporter& report) {
  std::set<std::string> seen;
  for (const conf::Directive* d : snapshot.config.all("AuthUserFile")) {
    const conf::Directive* section = d->parent;
    bool digest = false;  // a file of another form
    if (section != nullptr) {
      for (const conf::Directive& other : children_of(*section)) {
        if (other.is("AuthType")) digest = equals_ignoring_case(other.arg(0), "Digest");
      }
    }
    const std::string path = path_argument(snapshot, d->arg(0));
    if (!digest && seen.insert(path).second) judge(snapshot, report, *d, path);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "password-hash-weak",
    .severity = Severity::medium,
    .certainty = Certainty::file_system,
    .title = "Stored passwords are quickly tried through by whoever gets the file",
    .references = {"STIG AS24-U1-000970", "CWE-916"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::password_hash_weak
