#include "cli/completion.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/completion_words.h"
#include "cli/output.h"

namespace stockade::cli {
namespace {

constexpr Example kCompletionExamples[] = {
    {"stockade completion bash > /etc/bash_completion.d/stockade", "bash, for everybody"},
    {"stockade completion zsh > \"${fpath[1]}/_stockade\"", "zsh"},
    {"stockade completion fish > ~/.config/fish/completions/stockade.fish", "fish"},
};

Words shells() { return {"bash", "zsh", "fish"}; }

Result<int> run_completion(const Arguments& arguments) {
  const std::string shell = arguments.word(0);
  const std::string text = shell == "bash"  ? bash_completion()
                           : shell == "zsh" ? zsh_completion()
                                            : fish_completion();
  return write_stdout(text).map([] { return int{kClean}; });
}

}  // namespace

std::string spaced(const Words& words) { return fmt::format("{}", fmt::join(words, " ")); }

bool names_path(const Option& option) { return option.value == "FILE" || option.value == "DIR"; }

Words second_words(std::string_view group) {
  Words words;
  for (const Command* command : commands_of(group)) {
    words.push_back(command->name.substr(group.size() + 1));
  }
  return words;
}

std::string_view title_of(std::string_view first_word) {
  const Command* command = find_command(first_word);
  return command != nullptr ? command->title : "show the configuration as httpd reads it";
}

const Command kCompletion{"completion",
                          "print the completion script of a shell",
                          "",
                          kCompletionExamples,
                          {},
                          {"SHELL", "bash, zsh or fish", shells, true},
                          run_completion};

}  // namespace stockade::cli
