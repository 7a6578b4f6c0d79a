#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/headers.h"
#include "rules/support/servers.h"

namespace stockade::rules::cookie_flags_missing {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A cookie that httpd itself sets lacks `HttpOnly`, or, on a server that speaks TLS, `Secure`:
`SessionCookieName` and `SessionCookieName2` of mod_session_cookie, and `Header ... Set-Cookie` lines.

```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Session On
    SessionCookieName session path=/
    #                         ^~~~~~
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Session On
    SessionCookieName session path=/;HttpOnly;Secure
</VirtualHost>
```
```apache bad
Session On
SessionCookieName session
#^
```
```apache fixed
Session On
SessionCookieName session path=/;HttpOnly
```
```apache bad
Header add Set-Cookie "ROUTEID=.%{BALANCER_WORKER_ROUTE}e; path=/" env=BALANCER_ROUTE_CHANGED
#                     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
```
```apache fixed
Header add Set-Cookie "ROUTEID=.%{BALANCER_WORKER_ROUTE}e; path=/; HttpOnly" env=BALANCER_ROUTE_CHANGED
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    Session On
    SessionCookieName session path=/;HttpOnly;Secure;SameSite=Lax
</VirtualHost>
```
```apache good
Header set Set-Cookie "seen=1; path=/; HttpOnly; Secure"
```

## Why it matters
Without `Secure` the browser sends the cookie over plain HTTP too, for anybody on the line to copy.
Without `HttpOnly` a script that got into a page reads it.

## When to ignore it
For a cookie that scripts must read and that gives no rights, such as a chosen language.

## How to fix it
Add the attributes: `path=/;HttpOnly;Secure`, and `SameSite=Lax` where no other site posts forms here.
Cookies that an application sets are the application's to mend.
)md";

bool has_attribute(std::string_view cookie, std::string_view attribute) {
  for (std::string_view part : split(cookie, ';')) {
    if (equals_ignoring_case(trim(part), attribute)) return true;
  }
  return false;
}

struct Lack {
  std::string text;   // "HttpOnly and Secure"
  std::string added;  // ";HttpOnly;Secure"
};

Lack lack_of(std::string_view cookie, bool tls, std::string_view separator) {
  Lack lack;
  for (std::string_view attribute : {"HttpOnly", "Secure"}) {
    if (attribute == "Secure" && !tls) continue;
    if (has_attribute(cookie, attribute)) continue;
    lack.text += (lack.text.empty() ? "" : " and ") + std::string(attribute);
    lack.added += std::string(separator) + std::string(attribute);
  }
  return lack;
}

// As one argument of a directive.
std::string argument(const std::string& text) {
  if (text.find_first_of(" \t\"") == std::string::npos) return text;
  return '"' + replace_all(text, "\"", "\\\"") + '"';
}

constexpr std::string_view kSummary = "add the missing attributes";
constexpr std::string_view kBreaks = "scripts that read the cookie, pages that use it over HTTP";

void check_session(const Snapshot& snapshot, Reporter& report, const conf::Directive& d) {
  const bool tls = speaks_tls(snapshot, snapshot.servers.of(d));
  const bool named = d.words.size() > 1;
  const Lack lack = lack_of(d.arg(1), tls, ";");
  if (lack.text.empty()) return;
  const std::string message = fmt::format("the session's cookie lacks {}", lack.text);
  Draft draft = named ? report.find(d, 1, message) : report.find(d, message);
  draft.fix(std::string(kSummary), FixRisk::careful, std::string(kBreaks));
  if (named) {
    draft.replace_word(d, 1, argument(std::string(d.arg(1)) + lack.added));
  } else {
    draft.replace(d, fmt::format("{} {} path=/{}", d.name, d.args, lack.added));
  }
}

// The cookie's own text only: of a value with variables it is what stands there that counts.
void check_header(const Snapshot& snapshot, Reporter& report, const conf::Directive& d) {
  const auto line = header_line(d);
  if (!line || !line->sets() || !equals_ignoring_case(line->name, "Set-Cookie")) return;
  if (line->value.find('=') == std::string_view::npos) return;
  const bool is_whole = line->value.find("%{") != 0 && !line->value.starts_with("expr=");
  if (!is_whole) return;
  const bool tls = speaks_tls(snapshot, snapshot.servers.of(d));
  const Lack lack = lack_of(line->value, tls, "; ");
  if (lack.text.empty()) return;
  const size_t word = line->name_word + 1;
  report.find(d, word, fmt::format("the cookie lacks {}", lack.text))
      .fix(std::string(kSummary), FixRisk::careful, std::string(kBreaks))
      .replace_word(d, word, argument(std::string(line->value) + lack.added));
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (std::string_view name : {"SessionCookieName", "SessionCookieName2"}) {
    for (const conf::Directive* d : in_force(snapshot.config, name)) {
      check_session(snapshot, report, *d);
    }
  }
  for (const conf::Directive* d : snapshot.config.all("Header")) check_header(snapshot, report, *d);
}

}  // namespace

extern const Rule kRule{
    .id = "cookie-flags-missing",
    .severity = Severity::medium,
    .title = "A cookie of this server can be read by scripts or on the line",
    .references = {"STIG AS24-U1-000470", "STIG AS24-U1-000870", "STIG AS24-U2-000470",
                   "STIG AS24-U2-000880", "STIG AS24-U2-000890", "CWE-614", "CWE-1004"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::cookie_flags_missing
