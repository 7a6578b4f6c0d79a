#include <array>
#include <string>

#include "base/text.h"
#include "rules/support/served_files.h"

namespace stockade::rules::database_or_dump_served {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A database or the dump of one lies in a served folder, and strangers get it: `*.sql`, `*.sql.gz`,
`*.sqlite`, `*.sqlite3`, `*.dump`, `*.mdb`, `*.kdbx`. Files that the system's packages brought along are
left alone.
```apache bad
#: dir /srv/shop
#: file /srv/shop/shop-2024-03.sql.gz
#^ /srv/shop/shop-2024-03.sql.gz
DocumentRoot /srv/shop
```
```apache fixed
DocumentRoot /srv/shop
<FilesMatch "\.(sql|sqlite3?|dump|mdb|kdbx)(\.(gz|bz2|xz|zst|zip))?$">
    Require all denied
</FilesMatch>
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/var/data.sqlite3
#^ /srv/shop/var/data.sqlite3
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
<FilesMatch "\.(sql|sqlite3?|dump|mdb|kdbx)(\.(gz|bz2|xz|zst|zip))?$">
    Require all denied
</FilesMatch>
```
```apache good
#: dir /srv/shop/public
#: file /srv/shop/var/data.sqlite3
DocumentRoot /srv/shop/public
```
```apache good
#: dir /srv/shop
#: file /srv/shop/var/data.sqlite3
DocumentRoot /srv/shop
<Directory /srv/shop/var>
    Require all denied
</Directory>
```

## Why it matters
All customers, all orders, all password hashes in one download. The names are guessed: `dump.sql`,
`backup.sql`, the name of the site.

## When to ignore it
Where the data is offered for download.

## How to fix it
Move the file out of the served folder. The section denies the endings until then and for the ones to come.
)md";

constexpr std::array<std::string_view, 6> kData = {".sql",  ".sqlite", ".sqlite3",
                                                   ".dump", ".mdb",    ".kdbx"};
constexpr std::array<std::string_view, 5> kPacked = {".gz", ".bz2", ".xz", ".zst", ".zip"};

bool is_meant(const ServedPath& served) {
  std::string_view name = file_name(served.path);
  for (std::string_view ending : kPacked) {
    if (ends_with_ignoring_case(name, ending)) {
      name.remove_suffix(ending.size());
      break;
    }
  }
  for (std::string_view ending : kData) {
    if (ends_with_ignoring_case(name, ending)) return true;
  }
  return false;
}

void check(const Snapshot& snapshot, Reporter& report) {
  report_served_files(
      snapshot, report,
      {.what = "databases",
       .message = "{} is handed out to everybody as {}",
       .fix = "move it out of the served folder; deny the endings of databases",
       .line = "<FilesMatch \"\\.(sql|sqlite3?|dump|mdb|kdbx)(\\.(gz|bz2|xz|zst|zip))?$\">\n"
               "    Require all denied\n</FilesMatch>",
       .breaks = "downloads whose name has such an ending",
       .is_meant = is_meant,
       .severity = {}});
}

}  // namespace

extern const Rule kRule{
    .id = "database-or-dump-served",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "A database or its dump can be downloaded",
    .references = {"CIS 5.11", "CWE-530", "CWE-538"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::database_or_dump_served
