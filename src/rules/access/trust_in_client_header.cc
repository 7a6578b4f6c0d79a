#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::trust_in_client_header {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Access depends on what the client says of itself: `Require env` or `Allow from env=` with a variable that
is set from a request header such as `X-Forwarded-For`, `User-Agent` or `Referer`, or a `Require expr` that
reads one. Refusing by such a header (`Require not env`) is no danger and is left alone.
```apache bad
SetEnvIf X-Forwarded-For "^192\.0\.2\." office
<Location /admin>
    Require env office
    #           ^~~~~~
</Location>
```
```apache bad
BrowserMatch "OurMonitor" monitor
<Location /metrics>
    Order deny,allow
    Deny from all
    Allow from env=monitor
    #          ^~~~~~~~~~~
</Location>
```
```apache bad
<Location /admin>
    Require expr "%{HTTP_REFERER} =~ m#^https://intranet\.example/#"
    #^
</Location>
```
```apache good
SetEnvIf Remote_Addr "^192\.0\.2\." office
<Location /admin>
    Require env office
</Location>
```
```apache good
BrowserMatch "BadBot" bad
<Location />
    <RequireAll>
        Require all granted
        Require not env bad
    </RequireAll>
</Location>
```

## Why it matters
A header is a line that anybody types: `curl -H 'X-Forwarded-For: 192.0.2.1'` opens the door. A proxy in
front mends it only if it throws away what the client sent, and if no client can go around the proxy.

## When to ignore it
Where httpd takes requests from a proxy alone which sets the header itself; but then mod_remoteip does the
same without the risk.

## How to fix it
For addresses behind a proxy: `RemoteIPHeader` with `RemoteIPInternalProxy`, and `Require ip`. For programs:
a password, a client certificate, or their address.
)md";

constexpr std::array<std::string_view, 12> kSpoofed = {
    "X-Forwarded-For", "X-Real-IP",        "X-Client-IP", "Client-IP",
    "True-Client-IP",  "CF-Connecting-IP", "Forwarded",   "User-Agent",
    "Referer",         "X-Forwarded-Host", "Origin",      "Via"};

bool is_spoofed_header(std::string_view name) {
  for (std::string_view known : kSpoofed) {
    if (equals_ignoring_case(name, known)) return true;
  }
  return false;
}

// %{HTTP_USER_AGENT}, %{HTTP:X-Forwarded-For}, req('Referer') in an expression.
bool reads_spoofed_header(std::string_view expression) {
  for (std::string_view header : kSpoofed) {
    const std::string as_variable = "HTTP_" + replace_all(std::string(header), "-", "_");
    const bool known_variable = header == "User-Agent" || header == "Referer";
    if (known_variable && contains_ignoring_case(expression, as_variable)) return true;
    for (std::string_view form : {"HTTP:{}", "req('{}')", "http('{}')", "req(\"{}\")"}) {
      const std::string text = replace_all(std::string(form), "{}", header);
      if (contains_ignoring_case(expression, text)) return true;
    }
  }
  return false;
}

// The variables that are set from such a header, and the line that does it.
using SetFromHeader = std::map<std::string, const conf::Directive*>;

void add_variables(const conf::Directive& d, size_t from, SetFromHeader& variables) {
  for (size_t i = from; i < d.words.size(); ++i) {
    const std::string_view name = d.arg(i).substr(0, d.arg(i).find('='));
    if (!name.starts_with('!')) variables.emplace(name, &d);
  }
}

SetFromHeader set_from_headers(const conf::Config& config) {
  SetFromHeader variables;
  for (std::string_view name : {"SetEnvIf", "SetEnvIfNoCase"}) {
    for (const conf::Directive* d : config.all(name)) {
      if (is_spoofed_header(d->arg(0))) add_variables(*d, 2, variables);
    }
  }
  for (std::string_view name : {"BrowserMatch", "BrowserMatchNoCase"}) {
    for (const conf::Directive* d : config.all(name)) add_variables(*d, 1, variables);
  }
  for (const conf::Directive* d : config.all("SetEnvIfExpr")) {
    if (reads_spoofed_header(d->arg(0))) add_variables(*d, 1, variables);
  }
  return variables;
}

Draft& finish(Draft& draft) {
  return draft.fix("ask for the client's address, a password or a certificate", FixRisk::decision,
                   "clients that come in by this header alone");
}

void check_new_words(const Snapshot& snapshot, Reporter& report, const SetFromHeader& variables) {
  for (const conf::Directive* d : snapshot.config.all("Require")) {
    if (equals_ignoring_case(d->arg(0), "env")) {
      for (size_t i = 1; i < d->words.size(); ++i) {
        const auto set = variables.find(std::string(d->arg(i)));
        if (set == variables.end()) continue;
        Draft draft = report.find(
            *d, i, fmt::format("whoever sends the right header gets the variable {}", set->first));
        finish(draft.evidence(*set->second, "sets it from a request header"));
      }
    }
    if (equals_ignoring_case(d->arg(0), "expr") && reads_spoofed_header(d->args)) {
      Draft draft = report.find(*d, "whoever sends the right header meets the condition");
      finish(draft);
    }
  }
}

void check_old_words(const Snapshot& snapshot, Reporter& report, const SetFromHeader& variables) {
  for (const conf::Directive* d : snapshot.config.all("Allow")) {
    for (size_t i = 1; i < d->words.size(); ++i) {
      if (!starts_with_ignoring_case(d->arg(i), "env=")) continue;
      const auto set = variables.find(std::string(d->arg(i).substr(4)));
      if (set == variables.end()) continue;
      Draft draft = report.find(
          *d, i, fmt::format("whoever sends the right header gets the variable {}", set->first));
      finish(draft.evidence(*set->second, "sets it from a request header"));
    }
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  const SetFromHeader variables = set_from_headers(snapshot.config);
  check_new_words(snapshot, report, variables);
  check_old_words(snapshot, report, variables);
}

}  // namespace

extern const Rule kRule{
    .id = "trust-in-client-header",
    .severity = Severity::high,
    .title = "Access is granted by a header that any client can send",
    .references = {"CWE-290", "CWE-807"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::trust_in_client_header
