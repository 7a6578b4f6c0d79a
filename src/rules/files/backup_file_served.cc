#include <array>
#include <string>

#include "base/text.h"
#include "rules/support/served_files.h"

namespace stockade::rules::backup_file_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A copy that an editor or a hurried hand left in a served folder and that strangers get: of a program or a
configuration file (`config.php.bak`, `index.php~`, `.index.php.swp`), or an archive named after a backup
at the top of the tree. Real files are looked for.
```apache bad
#: dir /srv/shop
#: file /srv/shop/config.php.bak
#^ /srv/shop/config.php.bak
DocumentRoot /srv/shop
```
```apache fixed
DocumentRoot /srv/shop
<FilesMatch "(~|\.(bak|old|orig|save|swp|swo)|^(backups?|bak|old|site|www|website|htdocs|html|public_html)\.(tar|tar\.gz|tgz|zip|rar|7z))$">
    Require all denied
</FilesMatch>
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/backup.tar.gz
#: file /srv/shop/lib/db.inc~
#^ /srv/shop/backup.tar.gz
#^ /srv/shop/lib/db.inc~
DocumentRoot /srv/shop
```
```apache fixed
DocumentRoot /srv/shop
<FilesMatch "(~|\.(bak|old|orig|save|swp|swo)|^(backups?|bak|old|site|www|website|htdocs|html|public_html)\.(tar|tar\.gz|tgz|zip|rar|7z))$">
    Require all denied
</FilesMatch>
```
```apache good
#: dir /srv/shop
#: file /srv/shop/config.php.bak
DocumentRoot /srv/shop
<FilesMatch "\.(bak|old)$">
    Require all denied
</FilesMatch>
```
A picture's copy gives nothing away:
```apache good
#: dir /srv/shop
#: file /srv/shop/logo.png.bak
#: file /srv/shop/downloads/backup-tool.zip
DocumentRoot /srv/shop
```

## Why it matters
`config.php` runs and shows nothing, `config.php.bak` is sent as it is, with the password of the database.
Scanners try the usual endings of the usual names.

## When to ignore it
Where the file is offered for download.

## How to fix it
Remove the files, and deny the names for the ones to come.
)md";

constexpr std::string_view kRefuse =
    R"re(<FilesMatch "(~|\.(bak|old|orig|save|swp|swo)|^(backups?|bak|old|site|www|website|htdocs|html|public_html)\.(tar|tar\.gz|tgz|zip|rar|7z))$">
    Require all denied
</FilesMatch>)re";

constexpr std::array<std::string_view, 7> kCopies = {"~",     ".bak", ".old", ".orig",
                                                     ".save", ".swp", ".swo"};
constexpr std::array<std::string_view, 18> kTelling = {
    ".php", ".phtml", ".inc", ".conf", ".cnf", ".ini", ".env", ".yml", ".yaml",
    ".xml", ".json",  ".py",  ".pl",   ".cgi", ".rb",  ".sql", ".jsp", ".config"};
constexpr std::array<std::string_view, 6> kArchives = {".tar.gz", ".tgz", ".zip",
                                                       ".tar",    ".rar", ".7z"};
constexpr std::array<std::string_view, 10> kBackups = {
    "backup", "backups", "bak", "old", "site", "www", "website", "htdocs", "html", "public_html"};

// The name without its last ending from the list; the name itself where it has none.
template <size_t N>
std::string_view without_ending(std::string_view name,
                                const std::array<std::string_view, N>& list) {
  for (std::string_view ending : list) {
    if (ends_with_ignoring_case(name, ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

bool is_copy_of_something_telling(std::string_view name) {
  const std::string_view original = without_ending(name, kCopies);
  if (original.size() == name.size()) return false;
  if (original == ".htaccess" || original == ".htpasswd" || original == ".env") return true;
  return without_ending(original, kTelling).size() != original.size();
}

bool is_backup_archive(std::string_view name) {
  const std::string_view stem = without_ending(name, kArchives);
  if (stem.size() == name.size()) return false;
  for (std::string_view word : kBackups) {
    if (equals_ignoring_case(stem, word)) return true;
  }
  return false;
}

bool is_meant(const ServedPath& served) {
  const std::string_view name = file_name(served.path);
  if (is_copy_of_something_telling(name)) return true;
  return parent_path(served.path) == served.tree->path && is_backup_archive(name);
}

void check(const Snapshot& snapshot, Reporter& report) {
  report_served_files(snapshot, report,
                      {.what = "backup copies",
                       .message = "{} is handed out to everybody as {}",
                       .fix = "remove the file; deny the endings of copies",
                       .line = kRefuse,
                       .breaks = "downloads whose name has such an ending",
                       .is_meant = is_meant,
                       .severity = {}});
}

}  // namespace

extern const Rule kRule{
    .id = "backup-file-served",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "Copies of programs and configuration files can be downloaded",
    .references = {"CIS 5.11", "STIG AS24-U1-000300", "STIG AS24-U2-000320", "CWE-530"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::backup_file_served
