#include <fmt/format.h>

#include <array>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/reporter.h"
#include "rules/support/applied_sections.h"
#include "rules/support/directory_sections.h"

namespace stockade::rules::options_lost_in_child {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A section takes an option away with a sign (`Options -Indexes`), and the section of a folder below writes
a list without signs that holds it. Such a list replaces everything that was said above.
```apache bad
<Directory /srv>
    Options -Indexes +FollowSymLinks
</Directory>
<Directory /srv/shop>
    Options Indexes FollowSymLinks
    #       ^~~~~~~
</Directory>
```
```apache fixed
<Directory /srv>
    Options -Indexes +FollowSymLinks
</Directory>
<Directory /srv/shop>
    Options FollowSymLinks
</Directory>
```
```apache bad
<Directory /srv>
    Options -ExecCGI -Includes
</Directory>
<Directory /srv/shop>
    Options All
    #       ^~~
</Directory>
```
```apache good
<Directory /srv>
    Options -Indexes +FollowSymLinks
</Directory>
<Directory /srv/shop>
    Options FollowSymLinks
</Directory>
```
A sign shows that it is meant:
```apache good
<Directory /srv>
    Options -Indexes
</Directory>
<Directory /srv/mirror>
    Options +Indexes
</Directory>
```

## Why it matters
The rule that was laid down for the whole tree does not hold in the one folder that the net sees: listings
of its content, programs that run, pages that run commands.

## When to ignore it
Where the folder is meant to have the option; write `+Indexes`, and the next reader knows.

## How to fix it
Leave the option out of the list, or write the whole line with signs.
)md";

constexpr std::array<std::string_view, 4> kDangerous = {"Indexes", "ExecCGI", "Includes",
                                                        "MultiViews"};

bool has_sign(std::string_view word) { return word.starts_with('+') || word.starts_with('-'); }

// The Options line of that section that takes `option` away with a sign and keeps it so.
const conf::Directive* taken_away(const conf::Directive& section, std::string_view option) {
  const conf::Directive* found = nullptr;
  for (const conf::Directive& d : children_of(section)) {
    if (!d.is("Options")) continue;
    const auto said = option_of(d, option);
    if (!said) continue;
    found = !said->on && d.arg(said->word).starts_with('-') ? &d : nullptr;
  }
  return found;
}

std::string without(const conf::Directive& options, size_t word) {
  std::string text = "Options";
  for (size_t i = 0; i < options.words.size(); ++i) {
    if (i != word) text.append(" ").append(options.arg(i));
  }
  return options.words.size() == 1 ? "Options None" : text;
}

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot), report_(report), index_(snapshot) {}

  void judge(const conf::Directive& options) {
    const conf::Directive* section = options.parent;
    if (section == nullptr || !section->is("Directory") || !regex_of(*section).empty() ||
        conf::has_wildcard(section->arg(0)) || has_sign(options.arg(0))) {
      return;
    }
    for (std::string_view option : kDangerous) {
      const auto said = option_of(options, option);
      if (said && said->on && judge(options, *section, option, said->word)) return;
    }
  }

 private:
  bool judge(const conf::Directive& options, const conf::Directive& section,
             std::string_view option, size_t word) {
    const conf::Server& server = snapshot_.servers.of(section);
    const conf::Directive* lost = nullptr;
    for (const conf::Directive* above : index_.over(server, normal_path(section.arg(0)))) {
      if (above == &section) break;
      for (const conf::Directive& d : children_of(*above)) {
        if (d.is("Options") && option_of(d, option)) lost = taken_away(*above, option);
      }
    }
    if (lost == nullptr) return false;
    const bool by_name = equals_ignoring_case(options.arg(word), option);
    Draft draft =
        report_.find(options, word, fmt::format("{} is on again below {}", option, section.arg(0)));
    draft.evidence(*lost, "takes it away for the folders below")
        .about(std::string(option))
        .fix(fmt::format("leave {} out of the list", option), FixRisk::careful,
             "what relies on the option in this folder");
    if (by_name) draft.replace(options, without(options, word));
    return true;
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  DirectorySections index_;
};

void check(const Snapshot& snapshot, Reporter& report) {
  Check rule(snapshot, report);
  for (const conf::Directive* options : snapshot.config.all("Options")) rule.judge(*options);
}

}  // namespace

extern const Rule kRule{
    .id = "options-lost-in-child",
    .severity = Severity::low,
    .title = "A folder switches on again what its parent took away",
    .references = {"CIS 5.1", "CIS 5.3", "CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::options_lost_in_child
