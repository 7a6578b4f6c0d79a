// What an error in a jail means.
#include <fmt/format.h>

#include "cli/jail_target.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "jail/explain/catalogue.h"
#include "jail/run/supervisor.h"

namespace stockade::cli {
namespace {

constexpr Option kJailExplainOptions[] = {kConfigOption, kDefineOption, kJailNameOption,
                                          kJailModuleOption, kLearnedOption};

Result<int> run_jail_explain(const Arguments& arguments) {
  std::string text;
  for (const std::string& word : arguments.words) text += (text.empty() ? "" : " ") + word;
  if (text.empty()) {
    std::string all;
    for (const jail::Explanation& one : jail::explanations())
      all += fmt::format("{:<28} {}\n", one.id, one.cause);
    return write_stdout(all).map([] { return int{kClean}; });
  }
  if (text.front() == '/' && text.find(' ') == std::string::npos) {
    const auto plan = obtain_plan("jail explain", arguments);
    if (!plan) return tl::make_unexpected(plan.error());
    return write_stdout(jail::explain_path(*plan, text)).map([] { return int{kClean}; });
  }
  const auto found = jail::explain(text);
  if (found.empty()) {
    return write_stdout(
               "Nothing known holds this text. \"stockade jail rehearse\" shows what is opened and "
               "not found;\nthe same line without the jail would mean that it is not the jail's "
               "doing.\n")
        .map([] { return int{kFindings}; });
  }
  const jail::Explanation& best = *found.front();
  const std::string answer =
      fmt::format("{}\n  cause  {}\n  fix    {}\n", best.id, best.cause, best.fix);
  return write_stdout(answer).map([] { return int{kClean}; });
}

constexpr Example kJailExplainExamples[] = {
    {"stockade jail explain \"AH00543: apache2: bad user name www-data\"", "a line of a log"},
    {"stockade jail explain /usr/share/zoneinfo", "why a path is in the jail, or is not"},
};

}  // namespace

const Command kJailExplain{"jail explain",
                           "turn a refusal or an error in a jail into its cause and what to do",
                           "Without a word it lists what it knows.",
                           kJailExplainExamples,
                           kJailExplainOptions,
                           {"TEXT", "a line of a log, an error, or a path", nullptr, false, true},
                           run_jail_explain};

}  // namespace stockade::cli
