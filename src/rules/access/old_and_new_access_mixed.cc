#include <fmt/format.h>

#include <unordered_set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/authz.h"
#include "rules/support/governed.h"
#include "rules/support/question_budget.h"

namespace stockade::rules::old_and_new_access_mixed {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
One section says who may come in the old words (`Order`, `Allow`, `Deny`, `Satisfy`) and in the new ones
(`Require all`, `Require ip`, `<RequireAny>` and their kin). httpd takes both and joins them in a way that
few expect. `Require valid-user`, `user` and `group` belong to both worlds and do not count.
```apache bad
<Directory /srv/shop>
    Order allow,deny
    #^
    Allow from all
    Require all denied
    Satisfy any
</Directory>
```
```apache bad
<Location /admin>
    Require ip 192.0.2.0/24
    Allow from all
    #^
</Location>
```
```apache good
<Location /admin>
    Require ip 192.0.2.0/24
</Location>
```
```apache good
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Order deny,allow
    Deny from all
    Allow from 192.0.2.0/24
    Require valid-user
    Satisfy any
</Location>
```

The old words of one section and the new ones of another hold both, as after an upgrade from 2.2:
```apache bad
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory />
    Require all denied
</Directory>
<Directory /srv/shop>
    Order allow,deny
    #^
    Allow from all
</Directory>
```
```apache good
#: dir /srv/shop
DocumentRoot /srv/shop
<Directory />
    Order deny,allow
    Deny from all
</Directory>
<Directory /srv/shop>
    Order allow,deny
    Allow from all
</Directory>
```

## Why it matters
With `Satisfy any` an `Allow from all` beats `Require all denied`, and the folder is open. Without it a
forgotten `Deny from all` beats `Require all granted`, and the folder is closed for a reason that nobody
finds.

## When to ignore it
Never: one of the two is not doing what its author meant.

## How to fix it
Say it once, with `Require`: `Allow from all` is `Require all granted`, `Deny from all` is `Require all
denied`, `Allow from 192.0.2.0/24` is `Require ip 192.0.2.0/24`, `Satisfy any` is `<RequireAny>`.
)md";

bool is_old(const conf::Directive& d) {
  return d.is("Order") || d.is("Allow") || d.is("Deny") || d.is("Satisfy");
}

bool is_new(const conf::Directive& d) {
  if (d.section) return d.is("RequireAll") || d.is("RequireAny") || d.is("RequireNone");
  if (!d.is("Require")) return false;
  const std::string_view kind = equals_ignoring_case(d.arg(0), "not") ? d.arg(1) : d.arg(0);
  for (std::string_view name :
       {"all", "ip", "host", "forward-dns", "local", "env", "expr", "method"}) {
    if (equals_ignoring_case(kind, name)) return true;
  }
  return false;
}

struct Mix {
  const conf::Directive* old_word = nullptr;
  const conf::Directive* new_word = nullptr;
  const conf::Directive* satisfy_any = nullptr;
  bool allows_all = false;
};

Mix mix_in(const conf::Directive& section) {
  Mix mix;
  for (const conf::Directive& d : children_of(section)) {
    if (is_old(d) && mix.old_word == nullptr) mix.old_word = &d;
    if (is_new(d) && mix.new_word == nullptr) mix.new_word = &d;
    if (d.is("Satisfy") && equals_ignoring_case(d.arg(0), "any")) mix.satisfy_any = &d;
    if (d.is("Allow") && d.has_arg("all")) mix.allows_all = true;
  }
  return mix;
}

// The new word of another section that refuses strangers where this one, by its old words, lets
// them in: what an upgrade from 2.2 leaves behind.
const conf::Said* refused_by(const conf::Directive& section, const conf::Outcome& outcome) {
  const auto allowed = allowed_in(section);
  if (!allowed || allowed->access != Access::granted) return nullptr;
  if (outcome.effective.access != conf::Decision::denied) return nullptr;
  for (const conf::Reason& reason : outcome.effective.because) {
    const bool is_new_word = reason.by && reason.by->text.starts_with("Require");
    if (is_new_word && reason.outcome == "denied") return &*reason.by;
  }
  return nullptr;
}

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), governing_(snapshot) {}

  void run() {
    std::unordered_set<const conf::Directive*> seen;
    for (std::string_view name : {"Order", "Allow", "Deny", "Satisfy"}) {
      for (const conf::Directive* d : snapshot_.config.all(name)) {
        if (d->parent != nullptr && seen.insert(d->parent).second) judge(*d->parent);
      }
    }
    budget_.tell(report_, "whether a Require of another section undoes further Allow lines",
                 "write them with Require, or look with \"stockade matrix\"");
  }

 private:
  void judge(const conf::Directive& section) {
    const Mix mix = mix_in(section);
    if (mix.old_word == nullptr) return;
    if (mix.new_word == nullptr) return judge_across(section, *mix.old_word);
    const bool open = mix.satisfy_any != nullptr && mix.allows_all;
    Draft draft = report_.find(*mix.old_word,
                               open ? fmt::format("Satisfy any and Allow from all undo {} {}",
                                                  mix.new_word->name, mix.new_word->args)
                                    : fmt::format("{} and {} say in two languages who may come in",
                                                  mix.old_word->name, mix.new_word->name));
    draft.evidence(*mix.new_word, "the new words");
    if (mix.satisfy_any != nullptr) draft.evidence(*mix.satisfy_any, "one of the two is enough");
    if (open) draft.severity(Severity::high);
    draft.fix("say it with Require alone", FixRisk::decision,
              "who comes in only because of the other half");
  }

  void judge_across(const conf::Directive& section, const conf::Directive& old_word) {
    if (!budget_.take()) return;
    const auto governed = governing_.by(section);
    if (!governed) return;
    const conf::Said* require = refused_by(section, governed->outcome);
    if (require == nullptr) return;
    const std::string at =
        require->place.file.empty() ? "" : fmt::format(" in line {}", require->place.line);
    report_
        .find(old_word, fmt::format("the old words let everybody in and {}{} refuses them all",
                                    require->text, at))
        .evidence(*require, "the new words")
        .server(*governed->server)
        .example(governed->url)
        .fix("say it with Require alone", FixRisk::decision,
             "who comes in only because of the other half");
  }

  static constexpr size_t kMostAsked = 2000;  // some 0.2 s
  const Snapshot& snapshot_;
  Reporter& report_;
  Governing governing_;
  QuestionBudget budget_{kMostAsked};
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "old-and-new-access-mixed",
    .severity = Severity::medium,
    .title = "Old and new access rules stand in one section",
    .references = {"CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::old_and_new_access_mixed
