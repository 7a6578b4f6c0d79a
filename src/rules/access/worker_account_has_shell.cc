#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/reporter.h"
#include "rules/support/workers.h"

namespace stockade::rules::worker_account_has_shell {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
The account that httpd's workers run as has a login shell. An empty entry in the account table counts
as one: the system then takes `/bin/sh`.
```apache bad
#: user web 1200 shell=/bin/bash
User web
#    ^~~
```
```apache bad
#: user web 1200
User web
#    ^~~
```
```apache good
User www-data
```
```apache good
#: user web 1200 shell=/bin/false
User web
```
```apache good
#: unknown accounts
#: not-checked
User www-data
```

## Why it matters
An account for a program needs no door for people. With a shell, a password or a key that somebody puts
in place, a script with a hole suffices for the key, becomes a way to log in that no request log shows.

## When to ignore it
Where a scheduled job uses `su` with this account and relies on its shell; `su -s /bin/sh` does without.

## How to fix it
`usermod --shell /usr/sbin/nologin NAME`. httpd itself never starts that shell; CGI scripts and piped
logs do not use it either.
)md";

bool is_closed(std::string_view shell) {
  constexpr std::array<std::string_view, 4> kClosed = {"nologin", "false", "true", "sync"};
  return std::find(kClosed.begin(), kClosed.end(), file_name(shell)) != kClosed.end();
}

void check(const Snapshot& snapshot, Reporter& report) {
  const Worker worker = worker_of(snapshot);
  if (worker.user == nullptr) return;
  const host::Account* account = worker.known() ? snapshot.account(*worker.uid) : nullptr;
  if (account == nullptr) {
    report.not_checked(fmt::format("whether {} has a login shell", worker.name),
                       "the machine's accounts are not known or do not name it",
                       "run on the server itself");
    return;
  }
  if (account->uid == 0 || is_closed(account->shell)) return;
  const std::string shell = account->shell.empty() ? "/bin/sh, the default" : account->shell;
  report.find(*worker.user, 0, fmt::format("{} can log in with {}", account->name, shell))
      .certainty(Certainty::file_system)
      .fix(fmt::format("usermod --shell /usr/sbin/nologin {}", account->name), FixRisk::careful,
           "jobs that start a shell of this account");
}

}  // namespace

extern const Rule kRule{
    .id = "worker-account-has-shell",
    .severity = Severity::low,
    .certainty = Certainty::file_system,
    .title = "The account that answers requests can log in",
    .references = {"CIS 3.2", "STIG AS24-U1-000940", "CWE-250"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::worker_account_has_shell
