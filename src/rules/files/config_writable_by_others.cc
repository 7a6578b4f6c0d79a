#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"
#include "rules/support/root_files.h"
#include "rules/support/workers.h"

namespace stockade::rules::config_writable_by_others {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Somebody other than root may change what httpd reads or runs as root when it starts: a configuration file,
a folder that `Include` searches, a module, the program of a piped log or a rewrite map. The folders above
count as well: who may write there puts another file in its place.
```apache bad
#: user deploy 1000
#: file /etc/apache2/sites/shop.conf 0644 deploy
#| Timeout 60
#^ /etc/apache2/sites/shop.conf
Include /etc/apache2/sites/shop.conf
```
```apache bad
#: dir /opt/tools 0777
#: file /opt/tools/rotate 0755
#^ /opt/tools
CustomLog "|/opt/tools/rotate /var/log/apache2/access.log" "%h %r"
```
```apache bad
#: dir /etc/apache2/sites 0775 root:www-data
#: file /etc/apache2/sites/a.conf
#| Timeout 60
#^ /etc/apache2/sites
IncludeOptional /etc/apache2/sites/*.conf
```
```apache good
#: file /etc/apache2/sites/shop.conf 0640
#| Timeout 60
Include /etc/apache2/sites/shop.conf
```
```apache good
#: file /opt/tools/rotate 0755
CustomLog "|/opt/tools/rotate /var/log/apache2/access.log" "%h %r"
```
```apache good
#: unknown files
#: not-checked
ServerName www.example.org
```

## Why it matters
Whoever may write there is root at the next reload: one `LoadModule` line is enough, or a log program that
does what he likes.

## When to ignore it
Where the owner is the administrator, who could become root anyway; but then his account is worth as much
as root's to a thief.

## How to fix it
`chown root:root` and `chmod go-w` on the file and on each folder above it. Let a deployment write
elsewhere, and have root copy what it checked.
)md";

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report) : snapshot_(snapshot), report_(report) {}

  void run() {
    for (const RootFile& file : files_of_root(snapshot_)) look_at(file);
    for (const auto& [path, file] : offenders_) tell(path, file);
    if (!unknown_.empty()) {
      report_.not_checked(
          fmt::format("who may write {}{}", *unknown_.begin(),
                      unknown_.size() == 1 ? "" : fmt::format(" and {} more", unknown_.size() - 1)),
          "it was not looked at", "run on the server itself");
    }
  }

 private:
  void look_at(const RootFile& file) {
    const host::PathFacts* facts = snapshot_.paths.find(file.path);
    if (facts == nullptr && path_state(snapshot_, file.path) == PathState::absent) return;
    look_at_chain(file, file.path);
    const bool elsewhere =
        facts != nullptr && !facts->real_path.empty() && facts->real_path != normal_path(file.path);
    if (elsewhere) look_at_chain(file, facts->real_path);
  }

  void look_at_chain(const RootFile& file, const std::string& path) {
    for (std::string_view at = path;; at = parent_path(at)) {
      if (!seen_.insert(std::string(at)).second) return;
      const host::PathFacts* facts = snapshot_.paths.find(at);
      if (facts == nullptr) {
        if (at != "/") unknown_.insert(std::string(at));
      } else if (is_writable_by_others(facts->status)) {
        offenders_.emplace(at, file);
      }
      if (at == "/" || at.empty()) return;
    }
  }

  void tell(const std::string& path, const RootFile& file) {
    const FileStatus& status = snapshot_.paths.find(path)->status;
    Draft draft =
        report_.find_path(path, fmt::format("{} is {}: others than root can change {}", path,
                                            owner_and_mode(snapshot_, status), file.what));
    if (file.directive != nullptr) draft.evidence(*file.directive, file.what);
    if (path != file.path) draft.evidence(file.path, file.what);
    draft.fix(fmt::format("chown root:root {0} && chmod go-w {0}", path), FixRisk::careful,
              "whoever changes it under his own account today");
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  std::set<std::string> seen_;
  std::set<std::string> unknown_;
  std::map<std::string, RootFile> offenders_;
};

void check(const Snapshot& snapshot, Reporter& report) {
  if (!owners_are_known(snapshot, report, "who may change what httpd runs as root")) return;
  Check(snapshot, report).run();
}

}  // namespace

extern const Rule kRule{
    .id = "config-writable-by-others",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "Others than root decide what httpd runs as root",
    .references = {"CIS 3.4", "CIS 3.5", "CIS 3.6", "CIS 3.11", "STIG AS24-U1-000440",
                   "STIG AS24-U2-000780", "CWE-732"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::config_writable_by_others
