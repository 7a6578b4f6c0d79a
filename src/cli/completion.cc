#include "cli/completion.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

namespace stockade::cli {
namespace {

constexpr Example kExamples[] = {
    {"stockade completion bash > /etc/bash_completion.d/stockade", "for everybody"},
    {"stockade completion zsh > \"${fpath[1]}/_stockade\"", "zsh"},
    {"stockade completion fish > ~/.config/fish/completions/stockade.fish", "fish"},
};

Words shells() { return {"bash", "zsh", "fish"}; }

Result<int> run(const Arguments& arguments) {
  const std::string shell = arguments.word(0);
  const std::string text = shell == "bash"  ? bash_completion()
                           : shell == "zsh" ? zsh_completion()
                                            : fish_completion();
  return write_stdout(text).map([] { return int{kClean}; });
}

// The words after "stockade " that name a command of one word or begin a group.
std::string spaced(const Words& words) { return fmt::format("{}", fmt::join(words, " ")); }

bool names_path(const Option& option) { return option.value == "FILE" || option.value == "DIR"; }

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

std::string fish_quoted(std::string_view text) {
  return "'" + replace_all(replace_all(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

// '[', ']' and ':' mean something in a zsh specification.
std::string zsh_plain(std::string_view text) {
  std::string plain(text);
  for (const char* special : {"[", "]", ":"}) plain = replace_all(plain, special, std::string("\\") + special);
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
      text += fmt::format("        '{}{}[{}]{}' \\\n",
                          option.takes == Option::Takes::list ? "*" : "", name,
                          zsh_plain(option.help), tail);
    }
  }
  if (command.argument.choices != nullptr) {
    text += fmt::format("        ':{}:({})' \\\n", command.argument.name,
                        spaced(command.argument.choices()));
  }
  return text + "        '--help[this text]'\n";
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

// The second words of a group, or nothing.
Words second_words(std::string_view group) {
  Words words;
  for (const Command* command : commands_of(group)) {
    words.push_back(command->name.substr(group.size() + 1));
  }
  return words;
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

std::string zsh_completion() {
  std::string text =
      "#compdef stockade\n# zsh completion of stockade; made by: stockade completion zsh\n"
      "_stockade() {\n  local command=${words[2]}\n"
      "  if (( CURRENT == 2 )); then\n    local -a list=(\n";
  for (std::string_view word : first_words()) {
    const Command* command = find_command(word);
    text += fmt::format("      '{}:{}'\n", word,
                        zsh_plain(command != nullptr ? command->title : "look at a configuration"));
  }
  text += "    )\n    _describe command list\n    return\n  fi\n";
  for (std::string_view group : first_words()) {
    const Words seconds = second_words(group);
    if (seconds.empty()) continue;
    text += fmt::format(
        "  if [[ $command == {0} ]]; then\n    if (( CURRENT == 3 )); then\n      compadd {1}\n      "
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

std::string fish_completion() {
  std::string text = "# fish completion of stockade; made by: stockade completion fish\n";
  text += "complete -c stockade -f\n";
  for (std::string_view word : first_words()) {
    const Command* command = find_command(word);
    text += fmt::format("complete -c stockade -n __fish_use_subcommand -a {} -d {}\n", word,
                        fish_quoted(command != nullptr ? command->title : "look at a configuration"));
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

const Command kCompletion{"completion",
                          "print the completion script of a shell",
                          "",
                          kExamples,
                          {},
                          {"SHELL", "bash, zsh or fish", shells, true},
                          run};

}  // namespace stockade::cli
