#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::workers_run_as_root {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`User` or `Group`, or `AssignUserID` of mpm-itk, gives the processes that answer requests the identity of
the superuser: by name, by number, or by an account whose number is 0. httpd as it is commonly built
refuses `User root`; it takes `Group root` and everything else without a word.
```apache bad
User www-data
Group root
#     ^~~~
```
```apache bad
#: user operator 1500 0
#: group wheel 0 operator
User operator
Group wheel
#     ^~~~~
```
```apache good
User www-data
Group www-data
```
```apache good
User ${APACHE_RUN_USER}
Group ${APACHE_RUN_GROUP}
```
```apache good
#: unknown accounts
#: not-checked
User www-data
Group www-data
```

## Why it matters
A hole in a script or a module is then not a hole in one site but the whole machine. With the group alone
an intruder reads and writes everything that root's group may: on many systems logs, backups and spools.

## When to ignore it
Never on a machine that other people's requests reach.

## How to fix it
Give httpd an account of its own, with a group of its own and no other purpose: `www-data` on Debian,
`apache` on Red Hat. See afterwards that the files it needs are readable for that account.
)md";

enum class Identity { superuser, other, unknown };

Identity user_identity(const Snapshot& snapshot, std::string_view name) {
  if (name == "root" || name == "#0") return Identity::superuser;
  if (name.starts_with('#')) return Identity::other;
  const host::Account* account = snapshot.account(name);
  if (account == nullptr) return Identity::unknown;
  return account->uid == 0 ? Identity::superuser : Identity::other;
}

Identity group_identity(const Snapshot& snapshot, std::string_view name) {
  if (name == "root" || name == "#0") return Identity::superuser;
  if (name.starts_with('#')) return Identity::other;
  const host::Group* group = snapshot.group(name);
  if (group == nullptr) return Identity::unknown;
  return group->gid == 0 ? Identity::superuser : Identity::other;
}

void judge(Reporter& report, const conf::Directive& d, size_t word, Identity identity) {
  if (identity == Identity::superuser) {
    report
        .find(d, word,
              fmt::format("{} {} lets requests be answered with the superuser's rights", d.name,
                          d.arg(word)))
        .fix("name an account and a group that httpd has for itself", FixRisk::decision,
             "files that only root may read are no longer served");
  } else if (identity == Identity::unknown) {
    report.not_checked(fmt::format("whether {} is the superuser", d.arg(word)),
                       "the machine's accounts are not known or do not name it",
                       "run on the server itself");
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  const conf::Server& main = snapshot.servers.main();
  if (const auto* user = main.last("User")) {
    judge(report, *user, 0, user_identity(snapshot, user->arg(0)));
  }
  if (const auto* group = main.last("Group")) {
    judge(report, *group, 0, group_identity(snapshot, group->arg(0)));
  }
  for (const conf::Directive* d : snapshot.config.all("AssignUserID")) {
    judge(report, *d, 0, user_identity(snapshot, d->arg(0)));
    judge(report, *d, 1, group_identity(snapshot, d->arg(1)));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "workers-run-as-root",
    .severity = Severity::high,
    .title = "Requests are answered with the superuser's rights",
    .references = {"CIS 3.1", "CWE-250"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::workers_run_as_root
