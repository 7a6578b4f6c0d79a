#include <algorithm>

#include "audit/own_rules.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "cli/show.h"
#include "report/pages.h"
#include "rules/rule.h"

namespace stockade::cli {
namespace {

constexpr Example kRulesExamples[] = {
    {"stockade rules", "every rule, by family"},
    {"stockade rules tls", "one family"},
    {"stockade rules --format markdown", "a table for your own pages"},
};

Words families() {
  Words words;
  for (std::string_view word : rules_and_families()) {
    if (std::find(words.begin(), words.end(), word) == words.end() &&
        rules::find_rule(word) == nullptr) {
      words.push_back(word);
    }
  }
  return words;
}

Result<int> run_rules(const Arguments& arguments) {
  const auto look = show_options(kRules, arguments);
  if (!look) return tl::make_unexpected(look.error());
  std::vector<rules::Rule> rules = rules::all_rules();
  if (const std::string family = arguments.word(0); !family.empty()) {
    std::erase_if(rules, [&](const rules::Rule& rule) { return rule.family != family; });
  }
  return write_stdout(report::render_rules(rules, look->format, look->render)).map([] {
    return int{kClean};
  });
}

}  // namespace

const Command kRules{"rules",      "list the rules",
                     "",           kRulesExamples,
                     kShowOptions, {"FAMILY", "only the rules of this family", families, false},
                     run_rules};

}  // namespace stockade::cli
