#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/completion_words.h"

namespace stockade::cli {
namespace {

std::string fish_quoted(std::string_view text) {
  return "'" + replace_all(replace_all(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_condition(const Command& command) {
  const size_t blank = command.name.find(' ');
  if (blank == std::string_view::npos) {
    return fmt::format("__fish_seen_subcommand_from {}", command.name);
  }
  return fmt::format("__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}",
                     command.name.substr(0, blank), command.name.substr(blank + 1));
}

std::string fish_option(const Command& command, const Option& option) {
  std::string line = fmt::format("complete -c stockade -n '{}' -l {}", fish_condition(command),
                                 option.name.substr(2));
  if (!option.short_name.empty()) line += fmt::format(" -s {}", option.short_name.substr(1));
  if (!option.value.empty()) line += names_path(option) ? " -r -F" : " -x";
  if (option.choices != nullptr) line += fmt::format(" -a '{}'", spaced(option.choices()));
  return line + " -d " + fish_quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion() {
  std::string text = "# fish completion of stockade; made by: stockade completion fish\n";
  text += "complete -c stockade -f\n";
  for (std::string_view word : first_words()) {
    text += fmt::format("complete -c stockade -n __fish_use_subcommand -a {} -d {}\n", word,
                        fish_quoted(title_of(word)));
    const Words seconds = second_words(word);
    if (seconds.empty()) continue;
    text += fmt::format(
        "complete -c stockade -n '__fish_seen_subcommand_from {0}; and not "
        "__fish_seen_subcommand_from {1}' -a '{1}'\n",
        word, spaced(seconds));
  }
  for (const Command* command : commands()) {
    if (command->argument.choices != nullptr) {
      text += fmt::format("complete -c stockade -n '{}' -a '{}' -d {}\n", fish_condition(*command),
                          spaced(command->argument.choices()), fish_quoted(command->argument.help));
    }
    for (const Option& option : command->options) text += fish_option(*command, option);
  }
  return text;
}

}  // namespace stockade::cli
