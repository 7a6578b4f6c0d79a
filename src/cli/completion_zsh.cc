#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/completion_words.h"

namespace stockade::cli {
namespace {

// '[', ']' and ':' mean something in a zsh specification.
std::string zsh_plain(std::string_view text) {
  std::string plain(text);
  for (const char* special : {"[", "]", ":"})
    plain = replace_all(plain, special, std::string("\\") + special);
  return replace_all(plain, "'", "'\\''");
}

std::string zsh_action(const Option& option) {
  if (option.choices != nullptr) return fmt::format("({})", spaced(option.choices()));
  if (option.value == "DIR") return "_files -/";
  return option.value == "FILE" ? "_files" : " ";
}

std::string zsh_options(const Command& command) {
  std::string text;
  for (const Option& option : command.options) {
    const std::string tail =
        option.value.empty() ? "" : fmt::format(":{}:{}", option.value, zsh_action(option));
    for (std::string_view name : {option.name, option.short_name}) {
      if (name.empty()) continue;
      text +=
          fmt::format("        '{}{}[{}]{}' \\\n", option.takes == Option::Takes::list ? "*" : "",
                      name, zsh_plain(option.help), tail);
    }
  }
  if (command.argument.choices != nullptr) {
    text += fmt::format("        ':{}:({})' \\\n", command.argument.name,
                        spaced(command.argument.choices()));
  }
  return text + "        '--help[this text]'\n";
}

}  // namespace

std::string zsh_completion() {
  std::string text =
      "#compdef stockade\n# zsh completion of stockade; made by: stockade completion zsh\n"
      "_stockade() {\n  local command=${words[2]}\n"
      "  if (( CURRENT == 2 )); then\n    local -a list=(\n";
  for (std::string_view word : first_words()) {
    text += fmt::format("      '{}:{}'\n", word, zsh_plain(title_of(word)));
  }
  text += "    )\n    _describe command list\n    return\n  fi\n";
  for (std::string_view group : first_words()) {
    const Words seconds = second_words(group);
    if (seconds.empty()) continue;
    text += fmt::format(
        "  if [[ $command == {0} ]]; then\n    if (( CURRENT == 3 )); then\n      compadd {1}\n    "
        "  "
        "return\n    fi\n    command=\"{0} ${{words[3]}}\"\n    shift words; (( CURRENT-- ))\n  "
        "fi\n",
        group, spaced(seconds));
  }
  text += "  shift words; (( CURRENT-- ))\n  case $command in\n";
  for (const Command* command : commands()) {
    text += fmt::format("    '{}')\n      _arguments -s \\\n{}      ;;\n", command->name,
                        zsh_options(*command));
  }
  return text + "  esac\n}\n_stockade \"$@\"\n";
}

}  // namespace stockade::cli
