#include <algorithm>

#include "cli/settings.h"
#include "report/report.h"
#include "rules/rule.h"

namespace stockade::cli {

Words format_names() {
  Words names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  return names;
}

Words profile_names() { return {"default", "cis", "stig"}; }
Words severity_names() { return {"low", "medium", "high", "critical"}; }
Words colour_names() { return {"auto", "always", "never"}; }

Words rule_ids() {
  static const std::vector<rules::Rule> kTable = rules::all_rules();
  Words ids;
  for (const rules::Rule& rule : kTable) ids.push_back(rule.id);
  return ids;
}

Words rules_and_families() {
  static const std::vector<rules::Rule> kTable = rules::all_rules();
  Words words;
  for (const rules::Rule& rule : kTable) {
    words.push_back(rule.id);
    if (std::find(words.begin(), words.end(), rule.family) == words.end()) {
      words.push_back(rule.family);
    }
  }
  return words;
}

}  // namespace stockade::cli
