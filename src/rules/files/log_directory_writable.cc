#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/paths.h"
#include "rules/support/workers.h"

namespace stockade::rules::log_directory_writable {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The folder that a log is written to belongs to somebody else than root, or the account that answers
requests, or everybody, may write there.
```apache bad
#: dir /var/log/apache2 0755 www-data
#^ /var/log/apache2
User www-data
ErrorLog /var/log/apache2/error.log
```
```apache bad
#: dir /srv/shop/logs 0777
#^ /srv/shop/logs
User www-data
CustomLog /srv/shop/logs/access.log "%h %r"
```
```apache good
#: group adm 4
#: dir /var/log/apache2 0750 root:adm
User www-data
Group www-data
ErrorLog /var/log/apache2/error.log
CustomLog "|/usr/bin/rotatelogs /srv/logs/access 86400" "%h %r"
```
```apache good
User www-data
ErrorLog syslog
```
```apache good
#: unknown files
#: not-checked
ErrorLog /var/log/apache2/error.log
```

## Why it matters
httpd opens its logs as root and follows links. Whoever may write the folder replaces a log by a link to a
file of root's, and what he sends in a request is appended to it at the next reload. And he wipes his
traces.

## When to ignore it
Never: no part of httpd needs the right to write there.

## How to fix it
`chown root:adm` and `chmod 750` on the folder. Logs that customers are to read get a group for reading.
)md";

bool is_file_argument(std::string_view argument) {
  return !argument.empty() && !argument.starts_with('|') &&
         !starts_with_ignoring_case(argument, "syslog") &&
         argument.find(':') == std::string::npos && argument != "/dev/null" &&
         !argument.starts_with("/dev/") && !argument.starts_with("/proc/");
}

void judge(const Snapshot& snapshot, Reporter& report, const Worker& worker,
           const std::string& folder, const conf::Directive& log) {
  const host::PathFacts* facts = facts_behind(snapshot, folder);
  if (facts == nullptr) {
    if (path_state(snapshot, folder) == PathState::absent) return;
    report.not_checked(fmt::format("who may write {}", folder), "it was not looked at",
                       "run on the server itself");
    return;
  }
  const FileStatus& status = facts->status;
  const bool foreign = status.uid != 0;
  const bool by_worker = worker.known() && *worker.uid != 0 && may_write(worker, status);
  if (!foreign && !by_worker && (status.mode & 0002U) == 0) return;
  report
      .find_path(folder, fmt::format("{} is {}, and httpd writes there as root", folder,
                                     owner_and_mode(snapshot, status)))
      .evidence(log, "a log there")
      .fix(fmt::format("chown root:root {0} && chmod 750 {0}", folder), FixRisk::careful,
           "jobs that tidy up the logs under another account");
}

void check(const Snapshot& snapshot, Reporter& report) {
  if (!owners_are_known(snapshot, report, "who may write the folders of the logs")) return;
  const Worker worker = worker_of(snapshot);
  std::map<std::string, const conf::Directive*> folders;
  for (std::string_view name : {"ErrorLog", "CustomLog", "TransferLog", "GlobalLog"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) {
      if (!is_file_argument(d->arg(0))) continue;
      folders.emplace(parent_path(path_argument(snapshot, d->arg(0))), d);
    }
  }
  for (const auto& [folder, log] : folders) judge(snapshot, report, worker, folder, *log);
}

}  // namespace

extern const Rule kRule{
    .id = "log-directory-writable",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "Others than root may write where httpd logs as root",
    .references = {"CIS 3.4", "STIG AS24-U1-000180", "STIG AS24-U1-000190", "CWE-732", "CWE-59"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::log_directory_writable
