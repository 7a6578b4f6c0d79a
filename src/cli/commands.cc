#include <algorithm>

#include "base/text.h"
#include "cli/command.h"

namespace stockade::cli {

std::span<const Command* const> commands() {
  // clang-format off
  static constexpr const Command* kAll[] = {
      &kAudit, &kExplain, &kMatrix, &kDiff, &kRules, &kCoverage, &kSnapshot,
      &kConfigDump, &kConfigVhosts, &kConfigIncludes, &kConfigGrep,
      &kLogsScan, &kWatch, &kIncidents,
      &kBanList, &kBanAdd, &kBanRemove, &kBanWhy, &kLimitStatus, &kLimitTop, &kLimitWatch, &kLimitSuggest,
      &kEvasiveImport,
      &kJailPlan, &kJailRehearse, &kJailUp, &kJailStatus, &kJailVerify, &kJailExplain, &kJailDiff, &kJailEnter,
      &kJailReload, &kJailRefresh, &kJailSwap, &kJailDown, &kJailUnit, &kJailBuild, &kJailRemove,
      &kSettings, &kCompletion,
      &kManual, &kVersion, &kHelp};
  // clang-format on
  return kAll;
}

const Command* find_command(std::string_view name) {
  for (const Command* command : commands()) {
    if (command->name == name) return command;
  }
  return nullptr;
}

Words first_words() {
  Words words;
  for (const Command* command : commands()) {
    const std::string_view word = command->name.substr(0, command->name.find(' '));
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  return words;
}

std::vector<const Command*> commands_of(std::string_view group) {
  std::vector<const Command*> found;
  for (const Command* command : commands()) {
    if (command->name.starts_with(group) && command->name.substr(group.size()).starts_with(' ')) {
      found.push_back(command);
    }
  }
  return found;
}

std::string Arguments::value(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() || found->second.empty() ? "" : found->second.back();
}

std::vector<std::string> Arguments::list(std::string_view option) const {
  std::vector<std::string> values;
  const auto found = options.find(option);
  if (found == options.end()) return values;
  for (const std::string& given : found->second) {
    for (std::string_view part : split(given, ',')) {
      if (!trim(part).empty()) values.emplace_back(trim(part));
    }
  }
  return values;
}

}  // namespace stockade::cli
