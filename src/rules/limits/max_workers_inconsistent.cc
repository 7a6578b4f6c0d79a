#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::max_workers_inconsistent {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`MaxRequestWorkers` (or `MaxClients`, its old name) asks for more workers than `ServerLimit` allows: with
event and worker, than `ServerLimit` times `ThreadsPerChild`. httpd starts with the smaller number and
says so in the error log only. The defaults are 16 times 25, and 256 for prefork.

```apache bad
MaxRequestWorkers 800
#                 ^
```
```apache fixed
ServerLimit 32
MaxRequestWorkers 800
```
```apache bad
#: mpm prefork
ServerLimit 100
MaxRequestWorkers 500
#                 ^
```
```apache fixed
ServerLimit 500
MaxRequestWorkers 500
```
```apache good
ServerLimit 32
ThreadsPerChild 25
MaxRequestWorkers 800
```
```apache good
MaxRequestWorkers 400
```
```apache good
#: mpm prefork
MaxRequestWorkers 256
```

## Why it matters
Whoever raised the number to stand a rush has not raised it. The server refuses visitors at the old
number, with memory to spare.

## When to ignore it
Never: one of the two numbers is not what you mean.

## How to fix it
Raise `ServerLimit`, if the memory suffices for so many, or lower `MaxRequestWorkers`. `ServerLimit` needs
a restart, a reload is not enough.
)md";

int64_t value_of(const Snapshot& snapshot, std::string_view name, int64_t standard) {
  const conf::Directive* d = snapshot.servers.main().last(name);
  return d == nullptr ? standard : parse_number(d->arg(0)).value_or(standard);
}

const conf::Directive* wanted_workers(const Snapshot& snapshot) {
  const conf::Server& main = snapshot.servers.main();
  const conf::Directive* d = main.last("MaxRequestWorkers");
  return d != nullptr ? d : main.last("MaxClients");
}

void check(const Snapshot& snapshot, Reporter& report) {
  const std::string& mpm = snapshot.httpd.mpm;
  const bool prefork = mpm == "prefork";
  const conf::Directive* wanted = wanted_workers(snapshot);
  if (wanted == nullptr || (!prefork && mpm != "event" && mpm != "worker")) return;
  const auto workers = parse_number(wanted->arg(0));
  const int64_t each = prefork ? 1 : value_of(snapshot, "ThreadsPerChild", 25);
  const int64_t processes = value_of(snapshot, "ServerLimit", prefork ? 256 : 16);
  if (!workers || each <= 0 || *workers <= processes * each) return;
  const int64_t needed = (*workers + each - 1) / each;
  Draft draft = report.find(
      *wanted, 0,
      fmt::format("{} workers are asked for, {} can start", *workers, processes * each));
  draft.fix(fmt::format("set ServerLimit to {}", needed), FixRisk::careful,
            "the machine swaps if its memory is not enough for so many");
  const conf::Directive* limit = snapshot.servers.main().last("ServerLimit");
  if (limit != nullptr) {
    draft.replace_word(*limit, 0, fmt::format("{}", needed));
  } else {
    draft.insert_before(*wanted, fmt::format("ServerLimit {}", needed));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "max-workers-inconsistent",
    .severity = Severity::low,
    .title = "Fewer workers can start than are asked for",
    .references = {"CWE-400"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::max_workers_inconsistent
