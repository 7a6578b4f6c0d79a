#include <fmt/format.h>

#include "base/text.h"
#include "conf/effective/uri.h"
#include "rules/reporter.h"
#include "rules/support/asked.h"
#include "rules/support/governed.h"
#include "rules/support/question_budget.h"

namespace stockade::rules::internal_redirect_to_closed_page {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
httpd goes to some pages by itself: to that of an `ErrorDocument`, of a `FallbackResource`, of a
`DirectoryIndex` with a path. On the way it asks again who may come in. Where the page is closed to the
visitor, its own error page is sent, or everything that leads nowhere answers 403.
```apache bad
#: dir /srv/shop
#: dir /srv/errors
#: file /srv/errors/404.html
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
Alias /errors /srv/errors
<Directory /srv/errors>
    Require all denied
</Directory>
ErrorDocument 404 /errors/404.html
#                 ^
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/index.php
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
    FallbackResource /index.php
    #                ^
</Directory>
<Files index.php>
    Require ip 192.0.2.0/24
</Files>
```
A page about the server is shown to whoever meets the error:
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
ErrorDocument 500 /state
#                 ^
<Location /state>
    SetHandler server-status
    Require all granted
</Location>
```
```apache good
#: dir /srv/shop
#: dir /srv/errors
#: file /srv/errors/404.html
DocumentRoot /srv/shop
<Directory /srv/shop>
    Require all granted
</Directory>
Alias /errors /srv/errors
<Directory /srv/errors>
    Require all granted
</Directory>
ErrorDocument 404 /errors/404.html
ErrorDocument 500 "Something went wrong."
ErrorDocument 503 https://status.example/
```
Nobody who is a stranger meets the error of a site that is closed to strangers:
```apache good
#: dir /srv/intranet
#: file /srv/intranet/404.html
DocumentRoot /srv/intranet
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
ErrorDocument 404 /404.html
```

## Why it matters
The page that was written for visitors is never seen, and 403 in the place of 404 sends whoever looks for
the cause in the wrong direction. A status page that errors lead to tells every scanner what runs here.

## When to ignore it
Where only those meet the error who may see the page as well.

## How to fix it
Put pages for errors into a folder that everybody may read, and nothing else into it.
)md";

bool tells_of_server(const std::optional<std::string>& handler) {
  if (!handler) return false;
  for (std::string_view name :
       {"server-status", "server-info", "ldap-status", "balancer-manager", "stockade-status"}) {
    if (*handler == name) return true;
  }
  return false;
}

// A page that a directive leads to, and for whom.
struct Target {
  const conf::Directive& directive;
  size_t word;
  std::string error;  // its status; empty: none is needed
};

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), governing_(snapshot) {}

  void run() {
    for (const conf::Directive* d : snapshot_.config.all("ErrorDocument"))
      judge({*d, 1, std::string(d->arg(0))});
    for (const conf::Directive* d : snapshot_.config.all("FallbackResource")) judge({*d, 0, ""});
    for (const conf::Directive* d : snapshot_.config.all("DirectoryIndex")) {
      for (size_t i = 0; i < d->words.size(); ++i) judge({*d, i, ""});
    }
    budget_.tell(report_, "further pages that httpd leads to by itself",
                 "look at one with \"stockade explain URL\"");
  }

 private:
  // Whether a stranger gets anywhere at all where the directive holds.
  bool is_open_there(const conf::Directive& d, const conf::Server& server) {
    const bool in_section =
        d.parent != nullptr && d.parent->section && !d.parent->is("VirtualHost");
    if (!in_section) return !conf::is_closed(asked(snapshot_, server, "/").answer);
    const auto governed = governing_.by(*d.parent);
    return !governed || !conf::is_closed(governed->outcome.answer);
  }

  // What stands in the main server holds for every virtual host; one that goes wrong is told.
  void judge(const Target& target) {
    const std::string_view page = target.directive.arg(target.word);
    if (!page.starts_with('/') || page.find('%') != std::string_view::npos) return;
    const conf::Server& own = snapshot_.servers.of(target.directive);
    const auto hosts = snapshot_.servers.virtual_hosts();
    if (!own.is_main() || hosts.empty()) {
      (void)goes_wrong(target, page, own);
      return;
    }
    for (const conf::Server& host : hosts) {
      if (goes_wrong(target, page, host)) return;
    }
  }

  bool goes_wrong(const Target& target, std::string_view page, const conf::Server& server) {
    if (!budget_.take()) return false;
    const conf::Directive& d = target.directive;
    const std::string path = conf::escape_path(page.substr(0, page.find('?')));
    const conf::Outcome outcome = asked(snapshot_, server, path);
    if (outcome.effective.vhost != server.label) return false;
    if (outcome.answer == conf::Answer::unknown) {
      report_.not_checked(fmt::format("whether visitors may see {} of {}", page, d.name),
                          outcome.cause, "try it from outside");
      return false;
    }
    const bool tells =
        outcome.answer == conf::Answer::open && tells_of_server(outcome.effective.handler);
    const bool closed = conf::is_closed(outcome.answer);
    if (!tells && !closed) return false;
    const bool needs_way_in = target.error != "401" && target.error != "403";
    if (needs_way_in && !is_open_there(d, server)) return false;
    Draft draft = report_.find(d, target.word, message_of(target, page, outcome, tells));
    draft.server(server)
        .example(conf::url_of(conf::request_for(snapshot_.servers, server, path)))
        .fix(tells ? "lead to a page that tells nothing of the server"
                   : "open the page to everybody, or name one that is",
             FixRisk::decision);
    if (tells) draft.severity(Severity::medium);
    for (const conf::Reason& reason : outcome.effective.because) {
      if (!closed || !reason.by) continue;
      draft.evidence(*reason.by, "closes it");
      break;
    }
    return true;
  }

  static std::string message_of(const Target& target, std::string_view page,
                                const conf::Outcome& outcome, bool tells) {
    const std::string who = target.error.empty()
                                ? "whoever asks for what is not there"
                                : fmt::format("whoever meets error {}", target.error);
    if (tells) return fmt::format("{} is shown {}", who, *outcome.effective.handler);
    const char* what = outcome.answer == conf::Answer::login ? "wants a password" : "is denied";
    if (target.error.empty()) return fmt::format("{} is refused: {} {}", who, page, what);
    return fmt::format("{} gets httpd's own page: {} {}", who, page, what);
  }

  static constexpr size_t kMostAsked = 1000;  // some 0.1 s
  const Snapshot& snapshot_;
  Reporter& report_;
  Governing governing_;
  QuestionBudget budget_{kMostAsked};
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "internal-redirect-to-closed-page",
    .severity = Severity::low,
    .title = "httpd leads visitors by itself to a page that they may not see",
    .references = {"CWE-756"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::internal_redirect_to_closed_page
