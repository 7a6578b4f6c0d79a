#include <array>
#include <set>
#include <string>

#include "base/text.h"
#include "rules/support/paths.h"
#include "rules/support/served_files.h"

namespace stockade::rules::dotfile_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A file whose name begins with a dot lies in a served folder, is one of those that hold secrets or tell about
the machine (`.env`, `.htpasswd`, `.htaccess`, `.npmrc`, `.git-credentials`, `.ssh/`, `.aws/`,
`.bash_history` ...), and strangers get it. Folders of version control are the matter of another rule.
```apache bad
#: dir /srv/shop
#: file /srv/shop/.env
#^ /srv/shop/.env
DocumentRoot /srv/shop
```
```apache fixed
DocumentRoot /srv/shop
RedirectMatch 404 "/\.(?!well-known(/|$))"
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/.ssh/id_ed25519
#: file /srv/shop/admin/.htpasswd
#^ /srv/shop/.ssh/id_ed25519
#^ /srv/shop/admin/.htpasswd
DocumentRoot /srv/shop
```
```apache fixed
DocumentRoot /srv/shop
RedirectMatch 404 "/\.(?!well-known(/|$))"
```
```apache good
#: dir /srv/shop
#: file /srv/shop/.env
DocumentRoot /srv/shop
<FilesMatch "^\.">
    Require all denied
</FilesMatch>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/.well-known/security.txt
#: file /srv/shop/.env.example
DocumentRoot /srv/shop
```

## Why it matters
A `.env` holds the keys of the database, the mail service and the payment service, ready to use. It is the
first name that a scanner asks for after `/.git/HEAD`.

## When to ignore it
Where the file is public on purpose and holds nothing of that kind.

## How to fix it
Keep such files above the served folder. The redirect answers 404 for every name with a leading dot but
`.well-known`, which certificates and others need. Keys that could be downloaded count as stolen: renew
them.
)md";

constexpr std::array<std::string_view, 16> kSecrets = {
    ".env",         ".htpasswd",      ".htdigest",        ".npmrc",     ".netrc", ".pgpass",
    ".my.cnf",      ".mylogin.cnf",   ".git-credentials", ".dockercfg", ".s3cfg", ".bash_history",
    ".zsh_history", ".mysql_history", ".psql_history",    ".pypirc"};
constexpr std::array<std::string_view, 6> kSecretFolders = {"/.ssh/",  "/.aws/",   "/.docker/",
                                                            "/.kube/", "/.gnupg/", "/.azure/"};
constexpr std::array<std::string_view, 3> kTelling = {".htaccess", ".gitconfig", ".ftpconfig"};

bool is_env(std::string_view name) {
  if (!name.starts_with(".env.")) return false;
  for (std::string_view harmless : {"example", "sample", "dist", "template", "test"}) {
    if (name.ends_with(harmless)) return false;
  }
  return true;
}

bool holds_secrets(const ServedPath& served) {
  const std::string_view name = file_name(served.path);
  if (is_env(name)) return true;
  for (std::string_view secret : kSecrets) {
    if (name == secret) return true;
  }
  const std::string_view below = served.path.substr(served.tree->path.size());
  for (std::string_view folder : kSecretFolders) {
    if (below.find(folder) != std::string_view::npos) return true;
  }
  return false;
}

bool is_meant(const ServedPath& served) {
  for (std::string_view name : kTelling) {
    if (file_name(served.path) == name) return true;
  }
  return holds_secrets(served);
}

// Those that a directive names are password-file-served's matter.
std::set<std::string> password_files(const Snapshot& snapshot) {
  std::set<std::string> paths;
  for (std::string_view name : {"AuthUserFile", "AuthGroupFile"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      paths.insert(path_argument(snapshot, d->arg(0)));
    }
  }
  return paths;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const std::set<std::string> named = password_files(snapshot);
  report_served_files(snapshot, report,
                      {.what = "files with a leading dot",
                       .message = "{} is handed out to everybody as {}",
                       .fix = "answer 404 for names with a leading dot",
                       .line = R"re(RedirectMatch 404 "/\.(?!well-known(/|$))")re",
                       .breaks = "public files with a leading dot other than .well-known",
                       .is_meant =
                           [&](const ServedPath& served) {
                             return is_meant(served) && !named.contains(std::string(served.path));
                           },
                       .severity =
                           [](const ServedPath& served) {
                             return holds_secrets(served) ? Severity::critical : Severity::medium;
                           }});
}

}  // namespace

extern const Rule kRule{
    .id = "dotfile-served",
    .severity = Severity::critical,
    .certainty = Certainty::file_system,
    .title = "Files with secrets and a leading dot can be downloaded",
    .references = {"CIS 5.10", "CWE-538"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::dotfile_served
