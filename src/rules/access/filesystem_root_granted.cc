#include <fmt/format.h>

#include <vector>

#include "rules/reporter.h"
#include "rules/support/authz.h"
#include "rules/support/servers.h"

namespace stockade::rules::filesystem_root_granted {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Nothing closes the root of the file system: there is no `<Directory "/">` that denies, or the one there is
grants everybody. What no other section speaks of is then open.
```apache bad
ServerName www.example.org
#^ top
```
```apache fixed
ServerName www.example.org
<Directory "/">
    AllowOverride None
    Require all denied
</Directory>
```
```apache bad
<Directory />
    Options FollowSymLinks
    Require all granted
    #^
</Directory>
```
```apache fixed
<Directory />
    Options FollowSymLinks
    Require all denied
</Directory>
```
A virtual host that says otherwise has the last word for itself:
```apache bad
<Directory />
    Require all denied
</Directory>
<VirtualHost *:80>
    ServerName shop.example
    <Directory />
        Require all granted
        #^
    </Directory>
</VirtualHost>
```
```apache fixed
<Directory />
    Require all denied
</Directory>
<VirtualHost *:80>
    ServerName shop.example
    <Directory />
        Require all denied
    </Directory>
</VirtualHost>
```
```apache good
<Directory "/">
    Require all denied
</Directory>
<Directory "/srv/shop">
    Require all granted
</Directory>
```
```apache good
<Directory />
    Order deny,allow
    Deny from all
</Directory>
```

## Why it matters
One wrong `Alias`, one rewrite rule that lets a request name a path, and the server hands out `/etc` as if
it were meant to. Of httpd 2.4.49 that alone decided who was broken into: CVE-2021-41773 read files only
where the root was not denied.

## When to ignore it
Never: a site loses nothing by it once each served folder has its own `Require all granted`.

## How to fix it
Deny the root once, in the main server, and grant each served folder by itself. A folder that nobody
granted explicitly answers 403 afterwards; look at the error log for AH01630 after the reload.
)md";

constexpr std::string_view kSummary = "deny the root of the file system";
constexpr std::string_view kBreaks = "folders that are served without a grant of their own";

// What the sections <Directory "/"> among these say together; the last one that says anything.
std::optional<AuthzAnswer> answer_at_root(conf::DirectiveList sections) {
  std::optional<AuthzAnswer> required;
  std::optional<AuthzAnswer> allowed;
  for (const conf::Directive* section : sections) {
    if (normal_path(section->arg(0)) != "/" || section->words.size() != 1) continue;
    if (const auto answer = required_in(*section)) required = answer;
    if (const auto answer = allowed_in(*section)) allowed = answer;
  }
  if (!required) return allowed;
  return allowed && allowed->access > required->access ? allowed : required;
}

void report_grant(Reporter& report, const conf::Server& server, const AuthzAnswer& answer) {
  Draft draft =
      report.find(*answer.decided_by, "the root of the file system is granted to everybody");
  draft.server(server).fix(std::string(kSummary), FixRisk::careful, std::string(kBreaks));
  const bool plain = answer.decided_by->is("Require") && answer.decided_by->parent != nullptr &&
                     answer.decided_by->parent->is("Directory");
  if (plain) draft.replace(*answer.decided_by, "Require all denied");
}

void check(const Snapshot& snapshot, Reporter& report) {
  const auto main = answer_at_root(snapshot.servers.main().sections("Directory"));
  std::vector<const conf::Server*> open;
  for (const conf::Server* server : serving_servers(snapshot)) {
    const auto own = server->is_main() ? main : answer_at_root(server->sections("Directory"));
    if (!own && !main) open.push_back(server);
    if (!server->is_main() && own && own->access == Access::granted) {
      report_grant(report, *server, *own);
    }
  }
  if (main && main->access == Access::granted) {
    report_grant(report, snapshot.servers.main(), *main);
  }
  if (open.empty()) return;
  report
      .find_missing(fmt::format("no <Directory \"/\"> denies the root of the file system to {}",
                                names_of(open)))
      .fix(std::string(kSummary), FixRisk::careful, std::string(kBreaks))
      .append_to_main_file(
          "<Directory \"/\">\n    AllowOverride None\n    Require all denied\n</Directory>");
}

}  // namespace

extern const Rule kRule{
    .id = "filesystem-root-granted",
    .severity = Severity::high,
    .title = "What no other section speaks of is open to everybody",
    .references = {"CIS 4.1", "CWE-276", "CVE-2021-41773"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::filesystem_root_granted
