#include <fmt/format.h>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/completion_words.h"

namespace stockade::cli {
namespace {

Words option_words(const Command& command) {
  Words words;
  for (const Option& option : command.options) {
    if (!option.short_name.empty()) words.push_back(option.short_name);
    words.push_back(option.name);
  }
  words.push_back("--help");
  return words;
}

// What may follow an option, in bash.
std::string bash_values(const Command& command) {
  std::string text;
  for (const Option& option : command.options) {
    if (option.value.empty()) continue;
    std::string pattern(option.name);
    if (!option.short_name.empty()) pattern += fmt::format("|{}", option.short_name);
    std::string reply = "return";
    if (option.choices != nullptr) {
      reply = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return",
                          spaced(option.choices()));
    } else if (names_path(option)) {
      reply = fmt::format("COMPREPLY=($(compgen -{} -- \"$cur\")); return",
                          option.value == "DIR" ? "d" : "f");
    }
    text += fmt::format("        {}) {} ;;\n", pattern, reply);
  }
  return text;
}

}  // namespace

std::string bash_completion() {
  std::string text =
      "# bash completion of stockade; made by: stockade completion bash\n"
      "_stockade() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command=${COMP_WORDS[1]-}\n  COMPREPLY=()\n";
  text += fmt::format(
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W '{}' -- \"$cur\")); "
      "return\n  fi\n",
      spaced(first_words()));
  for (std::string_view group : first_words()) {
    const Words seconds = second_words(group);
    if (seconds.empty()) continue;
    text += fmt::format(
        "  if [ \"$command\" = {0} ]; then\n    if [ \"$COMP_CWORD\" -eq 2 ]; then\n      "
        "COMPREPLY=($(compgen -W '{1}' -- \"$cur\")); return\n    fi\n    command=\"{0} "
        "${{COMP_WORDS[2]}}\"\n  fi\n",
        group, spaced(seconds));
  }
  text += "  case $command in\n";
  for (const Command* command : commands()) {
    Words words = option_words(*command);
    if (command->argument.choices != nullptr) {
      for (std::string_view word : command->argument.choices()) words.push_back(word);
    }
    const std::string values = bash_values(*command);
    text += fmt::format("    '{}')\n", command->name);
    if (!values.empty()) text += fmt::format("      case $prev in\n{}      esac\n", values);
    text += fmt::format("      COMPREPLY=($(compgen -W '{}' -- \"$cur\")) ;;\n", spaced(words));
  }
  return text + "  esac\n}\ncomplete -F _stockade stockade\n";
}

}  // namespace stockade::cli
