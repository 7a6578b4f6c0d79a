#include <algorithm>
#include <tuple>

#include "rules/rule.h"
#include "rules/table.h"

namespace stockade::rules {

std::vector<Rule> all_rules() {
  std::vector<Rule> rules;
  for (const TableEntry& entry : generated_table()) {
    rules.push_back(*entry.rule);
    rules.back().family = entry.family;
  }
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) {
    return std::tie(a.family, a.id) < std::tie(b.family, b.id);
  });
  return rules;
}

const Rule* find_rule(std::string_view id) {
  static const std::vector<Rule> kRules = all_rules();
  const auto found =
      std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == kRules.end() ? nullptr : &*found;
}

}  // namespace stockade::rules
