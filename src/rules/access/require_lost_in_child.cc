#include <fmt/format.h>

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/governed.h"
#include "rules/support/question_budget.h"

namespace stockade::rules::require_lost_in_child {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section asks for a password and one above it, or one for the same folder, asks for an address; or the
other way round. Both look as if both had to be met. `AuthMerging` is `Off` by default: the inner section's
`Require` replaces the outer one's.
```apache bad
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/intranet/payroll>
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    Require valid-user
    #^
</Directory>
```
```apache fixed
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/intranet/payroll>
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    AuthMerging And
    Require valid-user
</Directory>
```
```apache bad
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require user alice
</Location>
<Location /admin/backup>
    Require ip 192.0.2.0/24
    #^
</Location>
```
```apache fixed
<Location /admin>
    AuthType Basic
    AuthName admin
    AuthUserFile /etc/apache2/admin.users
    Require user alice
</Location>
<Location /admin/backup>
    AuthMerging And
    Require ip 192.0.2.0/24
</Location>
```
A `<Files>` or `<Location>` replaces what a `<Directory>` asks for:
```apache bad
#: dir /srv/intranet
#: file /srv/intranet/payroll.html
DocumentRoot /srv/intranet
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Files payroll.html>
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    Require valid-user
    #^
</Files>
```
```apache fixed
#: dir /srv/intranet
DocumentRoot /srv/intranet
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Files payroll.html>
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    AuthMerging And
    Require valid-user
</Files>
```
```apache good
<Directory /srv/intranet>
    Require ip 192.0.2.0/24
</Directory>
<Directory /srv/intranet/payroll>
    AuthMerging And
    AuthType Basic
    AuthName payroll
    AuthUserFile /etc/apache2/payroll.users
    Require valid-user
</Directory>
```
```apache good
<Directory />
    Require all denied
</Directory>
<Directory /srv/intranet/payroll>
    Require ip 192.0.2.0/24
</Directory>
```

## Why it matters
The most guarded folder of the site is reached from the whole net by anybody who guesses a password, or
without one from inside; its author counted on both.

## When to ignore it
Where the inner section is meant to stand on its own. Say so in a comment next to it.

## How to fix it
`AuthMerging And` joins the inner section's conditions with those of the outer one. Where one of the two
is to be enough, write them out in a `<RequireAny>`.
)md";

enum Kinds : unsigned { kNone = 0, kAddress = 1, kUser = 2, kOther = 4 };

unsigned kind_of(std::string_view word) {
  for (std::string_view name : {"ip", "host", "local", "forward-dns"}) {
    if (equals_ignoring_case(word, name)) return kAddress;
  }
  for (std::string_view name : {"valid-user", "user", "group", "ldap-group", "ldap-user"}) {
    if (equals_ignoring_case(word, name)) return kUser;
  }
  return kOther;
}

bool are_different(unsigned a, unsigned b) {
  return (a == kUser && b == kAddress) || (a == kAddress && b == kUser);
}

// What the Require lines of a section ask for, in its containers too.
unsigned kinds_in(const conf::Directive& section, const conf::Directive** first) {
  unsigned kinds = kNone;
  for (const conf::Directive& d : children_of(section)) {
    if (d.section && starts_with_ignoring_case(d.name, "Require")) kinds |= kinds_in(d, first);
    if (d.section || !d.is("Require")) continue;
    if (*first == nullptr) *first = &d;
    kinds |= kind_of(d.arg(0));
  }
  return kinds;
}

bool merges(const conf::Directive& section) {
  for (const conf::Directive& d : children_of(section)) {
    if (d.is("AuthMerging")) return !equals_ignoring_case(d.arg(0), "Off");
  }
  return false;
}

struct Asked {
  const conf::Directive* section = nullptr;
  const conf::Directive* require = nullptr;
  unsigned kinds = kNone;
};
// By path; of one path in reading order.
using AskedByPath = std::map<std::string, std::vector<Asked>>;

AskedByPath asked_in(const conf::Server& server, std::string_view kind) {
  AskedByPath result;
  for (const conf::Directive* section : server.sections(kind)) {
    const std::string_view path = section->arg(0);
    if (!regex_of(*section).empty() || conf::has_wildcard(path) || !path.starts_with('/')) continue;
    Asked asked{section, nullptr, kNone};
    asked.kinds = kinds_in(*section, &asked.require);
    if (asked.require != nullptr) result[normal_path(path)].push_back(asked);
  }
  return result;
}

// What is in force for `path` before `section` is merged.
const Asked* replaced_by(const AskedByPath& own, const AskedByPath& main, const std::string& path,
                         const conf::Directive* section) {
  for (std::string_view above = path;; above = parent_path(above)) {
    for (const AskedByPath* table : {&own, &main}) {
      const auto found = table->find(std::string(above));
      if (found == table->end()) continue;
      const Asked* last = nullptr;
      for (const Asked& asked : found->second) {
        if (asked.section == section) break;
        last = &asked;
      }
      if (last != nullptr) return last;
    }
    if (above == "/" || above.empty()) return nullptr;
  }
}

// The condition of the other kind that `require` silences, as the effective engine merges them.
const conf::Said* silenced_by(const conf::Outcome& outcome, const conf::Place& require,
                              unsigned kinds) {
  constexpr std::string_view kWord = "Require ";
  for (const conf::AppliedSection& section : outcome.effective.sections) {
    for (const conf::Setting& setting : section.settings) {
      const conf::Place& place = setting.said.place;
      if (place.line != require.line || place.file != require.file) continue;
      for (const conf::Said& said : setting.overrode) {
        if (!starts_with_ignoring_case(said.text, kWord)) continue;
        const std::string_view rest = std::string_view(said.text).substr(kWord.size());
        if (are_different(kind_of(rest.substr(0, rest.find(' '))), kinds)) return &said;
      }
    }
  }
  return nullptr;
}

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), governing_(snapshot) {
    for (const conf::Directive* d : snapshot.config.all("Require")) {
      const unsigned kind = kind_of(d->arg(0));
      kinds_of_[&snapshot.servers.of(*d)] |= kind;
      all_kinds_ |= kind;
    }
  }

  void run() {
    for (std::string_view kind : {"Directory", "Location"}) look_above(kind);
    for (std::string_view kind :
         {"Directory", "DirectoryMatch", "Files", "FilesMatch", "Location", "LocationMatch"}) {
      for (const conf::Directive* section : snapshot_.config.all_sections(kind)) ask(*section);
    }
    budget_.tell(report_, "whether further sections replace a condition of another kind of section",
                 "look at one with \"stockade explain URL\"");
  }

 private:
  // Of two sections of one kind the text alone tells.
  void look_above(std::string_view kind) {
    const AskedByPath main = asked_in(snapshot_.servers.main(), kind);
    const AskedByPath none;
    for (const conf::Server& server : snapshot_.servers.all) {
      const AskedByPath own = server.is_main() ? main : asked_in(server, kind);
      for (const auto& [path, list] : own) {
        for (const Asked& inner : list) {
          const Asked* outer =
              replaced_by(own, server.is_main() ? none : main, path, inner.section);
          if (outer != nullptr && are_different(inner.kinds, outer->kinds))
            tell(server, inner, *outer);
        }
      }
    }
  }

  void tell(const conf::Server& server, const Asked& inner, const Asked& outer) {
    if (merges(*inner.section)) return;
    told_.insert(inner.section);
    mend(report_
             .find(*inner.require,
                   fmt::format("{} {} of {} {} no longer holds here", outer.require->name,
                               outer.require->args, outer.section->name, outer.section->arg(0)))
             .evidence(*outer.require, "the condition that is replaced")
             .server(server),
         inner);
  }

  // What sections of different kinds make of each other the engine tells.
  void ask(const conf::Directive& section) {
    Asked inner{&section, nullptr, kNone};
    inner.kinds = kinds_in(section, &inner.require);
    const bool is_one_kind = inner.kinds == kUser || inner.kinds == kAddress;
    if (!is_one_kind || merges(section) || told_.contains(&section)) return;
    if (!has_other_kind(section, inner.kinds)) return;
    if (!budget_.take()) return;
    const auto governed = governing_.by(section);
    if (!governed) return;
    const conf::Said* lost = silenced_by(
        governed->outcome, {snapshot_.config.file_of(*inner.require).path, inner.require->line},
        inner.kinds);
    if (lost == nullptr) return;
    mend(report_.find(*inner.require, fmt::format("{} no longer holds here", lost->text))
             .evidence(*lost, "the condition that is replaced")
             .server(*governed->server)
             .example(governed->url),
         inner);
  }

  // Whether anything that may hold for the same request asks for the other.
  bool has_other_kind(const conf::Directive& section, unsigned kinds) {
    const conf::Server& own = snapshot_.servers.of(section);
    const unsigned near =
        own.is_main() ? all_kinds_ : kinds_of_[&own] | kinds_of_[&snapshot_.servers.main()];
    return (near & (kinds == kUser ? kAddress : kUser)) != 0;
  }

  static void mend(Draft& draft, const Asked& inner) {
    draft.fix("ask for both", FixRisk::careful, "whoever meets only one of the two conditions")
        .insert_before(*inner.require, "AuthMerging And");
  }

  static constexpr size_t kMostAsked = 2000;  // some 0.2 s
  const Snapshot& snapshot_;
  Reporter& report_;
  Governing governing_;
  std::unordered_set<const conf::Directive*> told_;
  std::unordered_map<const conf::Server*, unsigned> kinds_of_;
  unsigned all_kinds_ = kNone;
  QuestionBudget budget_{kMostAsked};
};

void check(const Snapshot& snapshot, Reporter& report) { Check(snapshot, report).run(); }

}  // namespace

extern const Rule kRule{
    .id = "require-lost-in-child",
    .severity = Severity::medium,
    .title = "An inner section replaces the condition of the outer one",
    .references = {"CWE-863"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::require_lost_in_child
