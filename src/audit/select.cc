// Which rules a run uses.
#include <fmt/format.h>

#include <algorithm>

#include "audit/audit.h"
#include "base/text.h"

namespace stockade::audit {

namespace {

constexpr std::string_view kProfiles[] = {"default", "cis", "stig"};

// The compliance profiles hold the default, and their own strict numbers beside it.
bool belongs_to(const rules::Rule& rule, std::string_view profile) {
  return rule.profile == "default" || rule.profile == profile;
}

bool names(const std::vector<std::string>& words, const rules::Rule& rule) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return word == rule.id || word == rule.family;
  });
}

Result<void> check_profile(const std::string& profile) {
  const std::vector<std::string_view> known(std::begin(kProfiles), std::end(kProfiles));
  if (std::find(known.begin(), known.end(), profile) != known.end()) return {};
  const auto near = nearest(profile, known);
  return fail(
      {"choose the rules of profile", profile, "there is no such profile",
       near ? fmt::format("did you mean \"{}\"?", *near) : "profiles are default, cis and stig",
       0});
}

Result<void> check_words(const std::vector<std::string>& words, const char* option,
                         const std::vector<rules::Rule>& rules) {
  for (const std::string& word : words) {
    if (std::any_of(rules.begin(), rules.end(),
                    [&](const auto& rule) { return word == rule.id || word == rule.family; })) {
      continue;
    }
    std::vector<std::string_view> known;
    for (const rules::Rule& rule : rules) known.insert(known.end(), {rule.id, rule.family});
    const auto near = nearest(word, known);
    return fail(
        {fmt::format("choose the rules for {}", option), word,
         "no rule and no family has that name",
         near ? fmt::format("did you mean \"{}\"?", *near) : "`stockade rules` lists all of them",
         0});
  }
  return {};
}

}  // namespace

Result<std::vector<rules::Rule>> select_rules(const Options& options) {
  const std::vector<rules::Rule> all = rules::all_rules();
  for (const Result<void>& check :
       {check_profile(options.profile), check_words(options.only, "--only", all),
        check_words(options.except, "--except", all)}) {
    if (!check) return fail(check.error());
  }
  std::vector<rules::Rule> chosen;
  for (const rules::Rule& rule : all) {
    // Whoever names a rule by its id wants it, whatever the profile.
    const bool by_id =
        std::find(options.only.begin(), options.only.end(), rule.id) != options.only.end();
    const bool wanted = options.only.empty() || names(options.only, rule);
    if (!wanted || names(options.except, rule)) continue;
    if (by_id || belongs_to(rule, options.profile)) chosen.push_back(rule);
  }
  return chosen;
}

}  // namespace stockade::audit
