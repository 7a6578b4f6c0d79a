#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/settings.h"

namespace stockade::cli {
namespace {

constexpr Example kProgramExamples[] = {
    {"sudo stockade audit", "what is unsafe on this machine"},
    {"stockade explain server-status-open", "what a rule finds, why, and how to mend it"},
    {"stockade audit --root backup/", "a copied tree instead of this machine"},
    {"stockade config grep SSLProtocol", "every place that sets it, in httpd's order"},
};

constexpr Option kHelpOption{"--help", "", "this text", Option::Takes::one, nullptr, "", "-h"};

// "  left      right, wrapped"
std::string row(std::string_view left, std::string_view right, size_t column) {
  std::string text = fmt::format("  {:<{}}", left, column - 2);
  if (left.size() + 4 > column) text = fmt::format("  {}\n{:{}}", left, "", column);
  return text + wrapped(right, column) + "\n";
}

std::string examples_text(std::span<const Example> examples) {
  if (examples.empty()) return "";
  size_t longest = 0;
  for (const Example& example : examples) longest = std::max(longest, example.command.size());
  std::string text = "Examples:\n";
  for (const Example& example : examples) {
    const bool beside = longest + 5 + example.what.size() <= 80;
    text += beside ? fmt::format("  {:<{}} {}\n", example.command, longest + 1, example.what)
                   : fmt::format("  {}\n      {}\n", example.command, example.what);
  }
  return text + "\n";
}

std::string choices_text(const Option& option) {
  if (option.choices == nullptr) return "";
  const Words words = option.choices();
  if (words.size() > 12 || option.help.find(words.front()) != std::string_view::npos) return "";
  return fmt::format(": {}", fmt::join(words, ", "));
}

std::string default_text(const Option& option) {
  for (const Setting& setting : all_settings()) {
    if (setting.key == option.setting && !setting.fallback.empty()) {
      return fmt::format(" (default: {})", setting.fallback);
    }
  }
  return "";
}

Words help_topics() {
  static std::vector<std::string> kept = [] {
    std::vector<std::string> names;
    for (const Command* command : commands()) names.emplace_back(command->name);
    return names;
  }();
  return {kept.begin(), kept.end()};
}

Result<int> run_help(const Arguments& arguments) {
  const std::string topic = join(arguments.words, " ");
  std::string text;
  if (topic.empty()) {
    text = program_help();
  } else if (const Command* command = find_command(topic)) {
    text = command_help(*command);
  } else {
    for (const Command* member : commands_of(topic)) {
      text += fmt::format("{}\n  {}\n", usage_line(*member), member->title);
    }
    if (text.empty()) {
      return usage_error("", fmt::format("there is no command \"{}\"", topic),
                         did_you_mean(topic, help_topics()));
    }
  }
  return write_stdout(text).map([] { return int{kClean}; });
}

}  // namespace

std::string wrapped(std::string_view text, size_t indent, size_t width) {
  std::string out;
  size_t used = indent;
  for (std::string_view word : split_words(text)) {
    if (!out.empty() && used + 1 + word.size() > width) {
      out += fmt::format("\n{:{}}", "", indent);
      used = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
  }
  return out;
}

std::string option_label(const Option& option) {
  std::string label(option.short_name.empty() ? "" : fmt::format("{}, ", option.short_name));
  label += option.name;
  if (!option.value.empty()) label += fmt::format(" {}", option.value);
  return label;
}

std::string usage_line(const Command& command) {
  std::string line = fmt::format("stockade {}", command.name);
  if (!command.options.empty()) line += " [options]";
  if (command.argument.name.empty()) return line;
  return line + (command.argument.required ? fmt::format(" {}", command.argument.name)
                                           : fmt::format(" [{}]", command.argument.name));
}

std::string program_help() {
  std::string text = "Stockade audits Apache httpd: it reads the configuration as httpd does.\n\n";
  text += examples_text(kProgramExamples) + "Commands:\n";
  for (const Command* command : commands()) text += row(command->name, command->title, 20);
  text += "\nMore on one: stockade help COMMAND.  The manual: stockade manual | man -l -\n";
  return text;
}

std::string command_help(const Command& command) {
  std::string text = fmt::format("stockade {}: {}\n\n", command.name, command.title);
  text += examples_text(command.examples);
  text += fmt::format("Usage: {}\n", usage_line(command));
  if (!command.argument.name.empty()) {
    text += row(command.argument.name, command.argument.help, 24);
  }
  if (!command.text.empty()) text += "\n" + wrapped(command.text, 0) + "\n";
  text += "\nOptions:\n";
  for (const Option& option : command.options) {
    text += row(option_label(option),
                fmt::format("{}{}{}", option.help, choices_text(option), default_text(option)), 24);
  }
  return text + row(option_label(kHelpOption), kHelpOption.help, 24);
}

const Command kHelp{"help",  "explain a command",
                    "",      {},
                    {},      {"COMMAND", "the command to explain", nullptr, false, true},
                    run_help};

}  // namespace stockade::cli
