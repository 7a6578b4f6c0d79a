#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/handlers.h"
#include "rules/support/served_files.h"
#include "rules/support/workers.h"

namespace stockade::rules::upload_executes {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A served folder that the worker may write, which is where uploads and caches land, and a file put there runs
as a program: the PHP handler holds there, CGI programs may run, or a `.htaccess` file put beside it may
switch that on.
```apache bad
#: dir /srv/shop
#: dir /srv/shop/uploads 0755 www-data
#^ /srv/shop/uploads
User www-data
Group www-data
DocumentRoot /srv/shop
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost/"
</FilesMatch>
```
```apache bad
#: dir /srv/shop
#: dir /srv/shop/cache 0777
#^ /srv/shop/cache
User www-data
Group www-data
DocumentRoot /srv/shop
<Directory /srv/shop>
    AllowOverride FileInfo
</Directory>
```
```apache good
#: dir /srv/shop
#: dir /srv/shop/uploads 0755 www-data
User www-data
Group www-data
DocumentRoot /srv/shop
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost/"
</FilesMatch>
<Directory /srv/shop/uploads>
    AllowOverride None
    <FilesMatch "\.php$">
        Require all denied
    </FilesMatch>
</Directory>
```
```apache good
#: dir /srv/shop
#: dir /srv/shop/uploads 0755 www-data
User www-data
Group www-data
DocumentRoot /srv/shop
<FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost/"
</FilesMatch>
<Directory /srv/shop/uploads>
    <FilesMatch "\.php$">
        SetHandler None
    </FilesMatch>
</Directory>
```
```apache good
#: dir /srv/shop
#: unknown files
#: not-checked
DocumentRoot /srv/shop
```

## Why it matters
That is how most sites are taken: a form that takes a picture takes `picture.php` as well, and the next
request runs it.

## When to ignore it
Where nothing that a visitor sends ever lands in the folder, and no script writes what it was sent.

## How to fix it
For the folder: `AllowOverride None`, and a `<FilesMatch>` that denies the endings of programs. Better
still, keep uploads outside of the served tree and hand them out by a script.
)md";

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report, const Worker& worker)
      : snapshot_(snapshot), report_(report), worker_(worker), index_(snapshot) {}

  void run(const ServedTrees& trees) {
    std::string last = "//";  // the topmost folder told of
    for (const ServedPath& served : served_paths(snapshot_, trees)) {
      if (served.facts->status.type != FileType::directory) continue;
      if (is_within(served.path, last) || !may_write(worker_, served.facts->status)) continue;
      if (judge(served)) last = served.path;
    }
  }

 private:
  bool judge(const ServedPath& served) {
    const conf::Server& server = *served.tree->server;
    const std::string folder(served.path);
    const std::string url = url_of(*served.tree, folder);
    const RequestedFile script{&server, folder + "/x.php", url + "/x.php"};
    const Reach reach = reach_of(snapshot_, script, &index_);
    const FileHandler handler = handler_of(snapshot_, script, &index_);
    const auto sections = index_.over(server, folder);
    if (const conf::Directive* lets = overriding(sections)) {
      tell(served, *lets, "a .htaccess file put there makes any file a program");
      return true;
    }
    const OptionState cgi = option_in(server, sections, "ExecCGI");
    if (cgi.on && cgi_handler() != nullptr) {
      tell(served, *cgi.directive, "CGI programs put there run");
      return true;
    }
    if (reach.kind == Reach::Kind::refused || reach.kind == Reach::Kind::guarded) return false;
    if (handler.kind == FileHandler::Kind::uncertain || reach.kind == Reach::Kind::uncertain) {
      report_.not_checked(fmt::format("whether a script put into {} would run", folder),
                          handler.reason.empty() ? reach.reason : handler.reason);
      return false;
    }
    if (handler.kind != FileHandler::Kind::executes) return false;
    tell(served, *handler.directive, "a PHP file put there runs");
    return true;
  }

  // The AllowOverride in force, where it lets handlers or options be set.
  static const conf::Directive* overriding(const std::vector<const conf::Directive*>& sections) {
    const conf::Directive* last = nullptr;
    for (const conf::Directive* section : sections) {
      for (const conf::Directive& d : children_of(*section)) {
        if (d.is("AllowOverride")) last = &d;
      }
    }
    if (last == nullptr) return nullptr;
    for (const conf::Word& word : last->words) {
      const bool options = starts_with_ignoring_case(word.text, "Options");
      if (equals_ignoring_case(word.text, "All") || options ||
          equals_ignoring_case(word.text, "FileInfo")) {
        return last;
      }
    }
    return nullptr;
  }

  const conf::Directive* cgi_handler() const {
    for (std::string_view name : {"AddHandler", "SetHandler"}) {
      for (const conf::Directive* d : snapshot_.config.all(name)) {
        if (contains_ignoring_case(d->arg(0), "cgi")) return d;
      }
    }
    return nullptr;
  }

  void tell(const ServedPath& served, const conf::Directive& by, std::string_view what) {
    report_
        .find_path(served.path,
                   fmt::format("{} may write {} ({}), and {}", worker_.name, served.path,
                               owner_and_mode(snapshot_, served.facts->status), what))
        .evidence(by, std::string(what))
        .evidence(*served.tree->directive, fmt::format("serves {}", served.tree->path))
        .server(*served.tree->server)
        .example(url_of(*served.tree, served.path) + "/x.php")
        .fix(fmt::format("<Directory \"{}\">: AllowOverride None, Options -ExecCGI, and a "
                         "<FilesMatch> that denies programs",
                         served.path),
             FixRisk::careful, "programs that are meant to run in this folder");
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  const Worker& worker_;
  DirectorySections index_;
};

void check(const Snapshot& snapshot, Reporter& report) {
  const ServedTrees& trees = served_trees(snapshot);
  if (!trees_are_seen(snapshot, report, trees, "folders for uploads")) return;
  if (!owners_are_known(snapshot, report, "which served folders the worker may write")) return;
  const Worker worker = worker_of(snapshot);
  if (worker.user != nullptr && !worker.known()) {
    report.not_checked("which folders the worker may write", "its account is not known");
  }
  if (!worker.known() || *worker.uid == 0) return;
  Check(snapshot, report, worker).run(trees);
}

}  // namespace

extern const Rule kRule{
    .id = "upload-executes",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "A file that a visitor uploads can run as a program",
    .references = {"CIS 3.13", "CWE-434"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::upload_executes
