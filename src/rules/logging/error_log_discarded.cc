#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::error_log_discarded {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`ErrorLog` leads to `/dev/null`: nothing that httpd, its modules and its scripts complain about is kept.

```apache bad
ErrorLog /dev/null
#        ^~~~~~~~~
```
```apache fixed
ErrorLog ${APACHE_LOG_DIR}/error.log
```
```apache bad
ErrorLog /var/log/apache2/error.log
<VirtualHost *:80>
    ServerName shop.example
    ErrorLog "/dev/null"
    #        ^~~~~~~~~~~
</VirtualHost>
```
A virtual host without an `ErrorLog` of its own uses the main server's, so its line goes:
```apache fixed
ErrorLog /var/log/apache2/error.log
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```
```apache good
ErrorLog ${APACHE_LOG_DIR}/error.log
```
```apache good
ErrorLog syslog:local7
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
Failed logins, refused requests, crashing workers and what a firewall module blocked stand in this log
alone. After a break-in nobody can say when it began, and before one nobody sees it coming.

## When to ignore it
Hardly ever. If the log is too long, lower `LogLevel` for the module that fills it.

## How to fix it
Remove the line from the virtual host, or name a file below the log folder; on Debian
`${APACHE_LOG_DIR}/error.log`, which logrotate takes care of.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* log : in_force(snapshot.config, "ErrorLog")) {
    if (log->arg(0) != "/dev/null") continue;
    Draft draft = report.find(
        *log, 0, fmt::format("errors of {} are thrown away", snapshot.servers.of(*log).label));
    draft.fix("keep the errors", FixRisk::careful, "nothing; the log needs room on the disk");
    if (log->parent != nullptr) {
      draft.remove(*log);
    } else if (snapshot.environment.variables.contains("APACHE_LOG_DIR")) {
      draft.replace_word(*log, 0, "${APACHE_LOG_DIR}/error.log");
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "error-log-discarded",
    .severity = Severity::medium,
    .title = "Errors are thrown away",
    .references = {"CIS 6.1", "STIG AS24-U1-000065", "CWE-778"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::error_log_discarded
