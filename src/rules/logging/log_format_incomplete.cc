#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::log_format_incomplete {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
All access logs of a server together leave out who asked (`%h` or `%a`), when (`%t`), for what (`%r`, or
`%m` with `%U`) or what came of it (`%s`, `%>s`).

```apache bad
CustomLog ${APACHE_LOG_DIR}/access.log "%h %r"
#                                      ^~~~~~~
```
```apache bad
LogFormat "%t %r %>s" short
<VirtualHost *:80>
    ServerName shop.example
    CustomLog ${APACHE_LOG_DIR}/shop.log short
    #                                    ^~~~~
</VirtualHost>
```
```apache good
LogFormat "%h %l %u %t \"%r\" %>s %b" common
CustomLog ${APACHE_LOG_DIR}/access.log common
```
```apache good
CustomLog ${APACHE_LOG_DIR}/access.log "{ \"t\":\"%{%FT%T%z}t\", \"from\":\"%a\", \"what\":\"%m %U%q\", \"status\":%>s }"
```
Two logs of one server count together:
```apache good
CustomLog ${APACHE_LOG_DIR}/access.log common
CustomLog ${APACHE_LOG_DIR}/tls.log "%t %{SSL_PROTOCOL}x"
```

## Why it matters
An entry without one of the four answers no question: not to whoever follows up a complaint, and not to a
program that recognises attacks in the log.

## When to ignore it
Where addresses must not be kept, by law or promise: then shorten them, so that attacks can still be
told apart.

## How to fix it
Use `combined`: `LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" combined`.
)md";

// The letters of a format's fields: of "%h %>s %{Referer}i" h, s and i.
std::string fields_of(std::string_view format) {
  std::string fields;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    for (++i;
         i < format.size() && (is_digit(format[i]) ||
                               std::string_view("!,<>").find(format[i]) != std::string_view::npos);
         ++i) {
    }
    std::string_view inside;
    if (i < format.size() && format[i] == '{') {
      const size_t end = format.find('}', i);
      if (end == std::string_view::npos) return fields;
      inside = format.substr(i + 1, end - i - 1);
      i = end + 1;
    }
    if (i >= format.size()) return fields;
    // Behind a proxy the client's address stands in a header.
    const bool address = format[i] == 'i' && contains_ignoring_case(inside, "Forwarded");
    fields += address ? 'h' : format[i];
  }
  return fields;
}

class Formats {
 public:
  explicit Formats(const Snapshot& snapshot) {
    for (const conf::Directive* d : snapshot.config.all("LogFormat")) {
      if (d->words.size() > 1) by_name_[std::string(d->arg(1))] = d->arg(0);
    }
    // What httpd knows by itself.
    by_name_.emplace("common", "%h %l %u %t %r %>s %b");
    by_name_.emplace("combined", "%h %l %u %t %r %>s %b");
  }
  std::string_view of(std::string_view argument) const {
    const auto found = by_name_.find(argument);
    return found == by_name_.end() ? argument : found->second;
  }

 private:
  std::map<std::string, std::string_view, std::less<>> by_name_;
};

std::string lacking(const std::string& fields) {
  const auto has = [&](char field) { return fields.find(field) != std::string::npos; };
  std::string text;
  const auto lack = [&](std::string_view what) {
    text += (text.empty() ? "" : ", ") + std::string(what);
  };
  if (!has('h') && !has('a')) lack("who asked");
  if (!has('t')) lack("when");
  if (!has('r') && !(has('U') && has('m'))) lack("for what");
  if (!has('s')) lack("what came of it");
  return text;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const Formats formats(snapshot);
  std::set<const conf::Directive*> reported;
  for (const conf::Server& server : snapshot.servers.all) {
    const auto logs = server.own("CustomLog");
    // TransferLog takes the last LogFormat without a name, or all that is needed.
    if (logs.empty() || !server.own("TransferLog").empty()) continue;
    std::string fields;
    bool known = true;
    for (const conf::Directive* d : logs) {
      const std::string_view format = formats.of(d->arg(1));
      known = known && (format.find('%') != std::string_view::npos);
      fields += fields_of(format);
    }
    const std::string text = lacking(fields);
    if (text.empty() || !known || !reported.insert(logs.front()).second) continue;
    report.find(*logs.front(), 1, fmt::format("the log of {} does not say: {}", server.label, text))
        .fix("log with the format combined", FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "log-format-incomplete",
    .severity = Severity::low,
    .title = "The log does not say who asked when for what, and what came of it",
    .references = {"CIS 6.3", "STIG AS24-U1-000750", "CWE-778"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::log_format_incomplete
