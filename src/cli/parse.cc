#include "cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"

namespace stockade::cli {
namespace {

std::string quoted(const Words& words) { return fmt::format("{}", fmt::join(words, ", ")); }

Words option_names(const Command& command) {
  Words names = {"--help"};
  for (const Option& option : command.options) names.push_back(option.name);
  return names;
}

// "audit" or "config dump"; the words that named it are taken off.
Result<const Command*> take_command(std::vector<std::string>& words) {
  const std::string first = words.front();
  if (const Command* command = find_command(first)) {
    words.erase(words.begin());
    return command;
  }
  const std::vector<const Command*> group = commands_of(first);
  if (group.empty()) {
    return usage_error("", fmt::format("there is no command \"{}\"", first),
                       did_you_mean(first, first_words()));
  }
  Words second;
  for (const Command* command : group) second.push_back(command->name.substr(first.size() + 1));
  if (words.size() < 2 || words[1].starts_with('-')) {
    return usage_error(first, fmt::format("\"{}\" wants one of: {}", first, quoted(second)));
  }
  const Command* command = find_command(first + " " + words[1]);
  if (command == nullptr) {
    return usage_error(first, fmt::format("there is no command \"{} {}\"", first, words[1]),
                       did_you_mean(words[1], second));
  }
  words.erase(words.begin(), words.begin() + 2);
  return command;
}

void declare(CLI::App& app, const Option& option, Arguments& arguments) {
  std::string names(option.name);
  if (!option.short_name.empty()) names += fmt::format(",{}", option.short_name);
  const std::string key(option.name);
  if (option.value.empty()) {
    app.add_flag_callback(names, [&arguments, key] { arguments.options[key]; });
    return;
  }
  app.add_option_function<std::vector<std::string>>(
         names, [&arguments,
                 key](const std::vector<std::string>& values) { arguments.options[key] = values; })
      ->expected(1)
      ->allow_extra_args(false)  // the word behind the value is an argument
      ->take_all();
}

Result<void> check_extras(const Command& command, const std::vector<std::string>& extras) {
  for (const std::string& extra : extras) {
    if (!extra.starts_with('-') || extra.size() < 2) continue;
    return usage_error(
        command.name, fmt::format("\"{}\" has no option {}", command.name, extra),
        did_you_mean(std::string_view(extra).substr(0, extra.find('=')), option_names(command)));
  }
  return {};
}

Result<void> check_choices(const Command& command, const Arguments& arguments) {
  for (const Option& option : command.options) {
    if (option.choices == nullptr || !arguments.has(option.name)) continue;
    const Words accepted = option.choices();
    const std::vector<std::string> given = option.takes == Option::Takes::list
                                               ? arguments.list(option.name)
                                               : std::vector{arguments.value(option.name)};
    for (const std::string& value : given) {
      if (std::find(accepted.begin(), accepted.end(), value) != accepted.end()) continue;
      const std::string guess = did_you_mean(value, accepted);
      const bool few = accepted.size() <= 12;
      return usage_error(
          command.name,
          few ? fmt::format("{} takes {}; not \"{}\"", option.name, quoted(accepted), value)
              : fmt::format("{} knows no \"{}\"", option.name, value),
          guess);
    }
  }
  return {};
}

Result<void> check_words(const Command& command, const Arguments& arguments) {
  const Argument& argument = command.argument;
  if (argument.name.empty() && !arguments.words.empty()) {
    return usage_error(command.name, fmt::format("\"{}\" takes no argument, but got \"{}\"",
                                                 command.name, arguments.words.front()));
  }
  if (arguments.words.size() > 1 && !argument.several) {
    return usage_error(command.name, fmt::format("\"{}\" takes one argument, but got \"{}\" too",
                                                 command.name, arguments.words[1]));
  }
  if (!argument.name.empty() && argument.required && arguments.words.empty()) {
    return usage_error(command.name, fmt::format("\"{}\" wants a {}", command.name, argument.name));
  }
  if (argument.choices == nullptr || arguments.words.empty()) return {};
  const Words accepted = argument.choices();
  const std::string& word = arguments.words.front();
  if (argument.accepts != nullptr && argument.accepts(word)) return {};
  if (std::find(accepted.begin(), accepted.end(), word) != accepted.end()) return {};
  return usage_error(command.name, fmt::format("there is no {} \"{}\"", lower(argument.name), word),
                     did_you_mean(word, accepted));
}

}  // namespace

std::string did_you_mean(std::string_view word, const Words& candidates) {
  const auto near = nearest(word, candidates);
  return near ? fmt::format("did you mean {}?", *near) : "";
}

tl::unexpected<Error> usage_error(std::string_view command, std::string cause, std::string remedy) {
  Error error;
  error.cause = std::move(cause);
  error.remedy = std::move(remedy);
  error.subject = command.empty() ? "stockade help" : fmt::format("stockade help {}", command);
  return fail(std::move(error));
}

Result<Invocation> parse(const std::vector<std::string>& given) {
  std::vector<std::string> words = given;
  auto command = take_command(words);
  if (!command) return tl::make_unexpected(command.error());
  Invocation invocation{*command, {}, false};
  CLI::App app;
  app.set_help_flag();
  app.add_flag_callback("-h,--help", [&invocation] { invocation.help = true; });
  app.allow_extras();
  for (const Option& option : invocation.command->options) {
    declare(app, option, invocation.arguments);
  }
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return usage_error(invocation.command->name, error.what());
  }
  if (invocation.help) return invocation;
  invocation.arguments.words = app.remaining();
  auto& rest = invocation.arguments.words;
  const Command& chosen = *invocation.command;
  return check_extras(chosen, rest)
      .and_then([&] {
        std::erase(rest, "--");
        return check_words(chosen, invocation.arguments);
      })
      .and_then([&] { return check_choices(chosen, invocation.arguments); })
      .map([&] { return invocation; });
}

}  // namespace stockade::cli
