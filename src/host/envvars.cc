#include "host/envvars.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace stockade::host {

namespace {

constexpr size_t kMaxValue = 64 * 1024;  // $A$A in turn would double without end

bool is_name(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || c == '_' || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
         });
}

// Where the ${ that begins at `at` ends: the index of its '}'.
size_t closing_brace(std::string_view text, size_t at) {
  int depth = 0;
  for (size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

class Shell {
 public:
  explicit Shell(Variables start) { result_.values = std::move(start); }

  void run(std::string_view text) {
    std::string joined;
    for (std::string_view line : split(text, '\n')) {
      if (line.ends_with('\\')) {
        joined.append(line.substr(0, line.size() - 1));
        continue;
      }
      joined.append(line);
      for (const std::string& command : commands_of(joined)) run_command(trim(command));
      joined.clear();
    }
  }

  ShellVariables result() && { return std::move(result_); }

 private:
  enum class Truth { yes, no, unknown };
  struct Branch {
    Truth now = Truth::yes;  // whether this part is run
    bool taken = false;      // an earlier part was
    Truth outer = Truth::yes;
  };

  Truth now() const { return branches_.empty() ? Truth::yes : branches_.back().now; }

  // At ';' and before a comment, outside quotes.
  static std::vector<std::string> commands_of(std::string_view line) {
    std::vector<std::string> commands(1);
    char quote = 0;
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      const bool at_word = commands.back().empty() || is_blank(commands.back().back());
      if (quote == 0 && c == '#' && at_word) break;
      if (quote == 0 && c == ';') {
        commands.emplace_back();
        continue;
      }
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      commands.back() += c;
      if (c == '\\' && quote != '\'' && i + 1 < line.size()) commands.back() += line[++i];
    }
    return commands;
  }

  void run_command(std::string_view command) {
    const std::string_view first = command.substr(0, command.find_first_of(" \t"));
    const std::string_view rest = trim(command.substr(first.size()));
    if (first.empty() || first == ":") return;
    if (first == "if") return open_branch(rest);
    if (first == "elif" || first == "else") {
      other_branch(first, rest);
      return first == "else" ? run_command(rest) : void();
    }
    if (first == "fi") {
      if (!branches_.empty()) branches_.pop_back();
      return;
    }
    if (first == "then") return run_command(rest);
    if (now() == Truth::no) return;
    if (first == "export") {
      if (rest.find('=') != std::string_view::npos) assign(rest);
    } else if (first == "unset") {
      for (std::string_view name : split_words(rest)) result_.values.erase(std::string(name));
    } else if (command.find('=') != std::string_view::npos) {
      assign(command);
    }
  }

  void open_branch(std::string_view condition) {
    Branch branch;
    branch.outer = now();
    const Truth holds = judge(condition);
    branch.now = branch.outer == Truth::no ? Truth::no : both(branch.outer, holds);
    branch.taken = holds == Truth::yes;
    if (holds == Truth::unknown) branch.outer = both(branch.outer, Truth::unknown);
    branches_.push_back(branch);
  }

  void other_branch(std::string_view word, std::string_view condition) {
    if (branches_.empty()) return;
    Branch& branch = branches_.back();
    if (branch.outer == Truth::no || branch.taken) {
      branch.now = Truth::no;
      return;
    }
    const Truth holds = word == "else" ? Truth::yes : judge(condition);
    branch.now = both(branch.outer, holds);
    branch.taken = holds == Truth::yes;
    if (holds == Truth::unknown) branch.outer = both(branch.outer, Truth::unknown);
  }

  static Truth both(Truth a, Truth b) {
    if (a == Truth::no || b == Truth::no) return Truth::no;
    return a == Truth::unknown || b == Truth::unknown ? Truth::unknown : Truth::yes;
  }

  // [ A = B ], [ A != B ], [ -n A ], [ -z A ]; everything else only a shell can tell.
  Truth judge(std::string_view condition) {
    if (!condition.starts_with("[ ") || !condition.ends_with(" ]")) return Truth::unknown;
    const std::vector<std::string> parts = split_quoted(condition.substr(2, condition.size() - 4));
    std::vector<std::string> words;
    for (const std::string& part : parts) {
      const auto value = expand(part);
      if (!value) return Truth::unknown;
      words.push_back(*value);
    }
    const auto truth = [](bool holds) { return holds ? Truth::yes : Truth::no; };
    if (words.size() == 2 && words[0] == "-n") return truth(!words[1].empty());
    if (words.size() == 2 && words[0] == "-z") return truth(words[1].empty());
    if (words.size() != 3) return Truth::unknown;
    if (words[1] == "=" || words[1] == "==") return truth(words[0] == words[2]);
    if (words[1] == "!=") return truth(words[0] != words[2]);
    return Truth::unknown;
  }

  // Words between blanks, quotes kept.
  static std::vector<std::string> split_quoted(std::string_view text) {
    std::vector<std::string> words;
    char quote = 0;
    bool open = false;
    for (char c : text) {
      if (quote == 0 && is_blank(c)) {
        open = false;
        continue;
      }
      if (!open) words.emplace_back();
      open = true;
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      words.back() += c;
    }
    return words;
  }

  void assign(std::string_view text) {
    const std::vector<std::string> words = split_quoted(text);
    const bool command = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return !is_name(std::string_view(word).substr(0, word.find('=')));
    });
    if (command) return;  // "LANG=C some-program"
    for (const std::string& word : words) {
      const size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      if (equals == std::string::npos) continue;
      const auto value = expand(std::string_view(word).substr(equals + 1));
      if (value && now() == Truth::yes) {
        result_.values[name] = *value;
        std::erase(result_.undecided, name);
        continue;
      }
      result_.values.erase(name);
      if (std::find(result_.undecided.begin(), result_.undecided.end(), name) ==
          result_.undecided.end()) {
        result_.undecided.push_back(name);
      }
    }
  }

  // Quotes and variables; nothing where a command would have to run.
  std::optional<std::string> expand(std::string_view text) {
    std::string value;
    char quote = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (value.size() > kMaxValue) return std::nullopt;
      if (quote == '\'') {
        if (c == '\'') {
          quote = 0;
        } else {
          value += c;
        }
      } else if (c == '`') {
        return std::nullopt;
      } else if (c == '\\' && i + 1 < text.size()) {
        value += text[++i];
      } else if (c == '"' || (c == '\'' && quote == 0)) {
        quote = quote == c ? '\0' : c;
      } else if (c == '$') {
        const auto variable = expand_variable(text, i);
        if (!variable) return std::nullopt;
        value += *variable;
      } else {
        value += c;
      }
    }
    return value;
  }

  // The value of the $NAME or ${...} at `i`, which moves to its last byte.
  std::optional<std::string> expand_variable(std::string_view text, size_t& i) {
    if (i + 1 < text.size() && text[i + 1] == '(') return std::nullopt;
    if (i + 1 < text.size() && text[i + 1] == '{') {
      const size_t end = closing_brace(text, i + 1);
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view inside = text.substr(i + 2, end - i - 2);
      i = end;
      return expand_braces(inside);
    }
    size_t end = i + 1;
    while (end < text.size() && is_name(text.substr(i + 1, end - i))) ++end;
    if (end == i + 1) return "$";
    const std::string name(text.substr(i + 1, end - i - 1));
    i = end - 1;
    return value_of(name);
  }

  std::optional<std::string> value_of(const std::string& name) const {
    const auto& unknown = result_.undecided;
    if (std::find(unknown.begin(), unknown.end(), name) != unknown.end()) return std::nullopt;
    const auto found = result_.values.find(name);
    return found == result_.values.end() ? "" : found->second;
  }

  std::optional<std::string> expand_braces(std::string_view inside) {
    const size_t end = inside.find_first_of(":-#%+=?/");
    const std::string name(inside.substr(0, end));
    if (!is_name(name)) return std::nullopt;
    auto value = value_of(name);
    if (!value || end == std::string_view::npos) return value;
    std::string_view op = inside.substr(end, inside[end] == ':' ? 2 : 1);
    std::string_view word = inside.substr(end + op.size());
    if ((op == "#" || op == "%") && word.starts_with(op)) word.remove_prefix(1);
    const auto argument = expand(word);
    if (!argument) return std::nullopt;
    if (op == ":-" || op == "-" || op == ":=" || op == "=") {
      return value->empty() ? argument : value;
    }
    if (op == ":+" || op == "+") return value->empty() ? std::string() : *argument;
    if (argument->find_first_of("*?[") != std::string::npos) return std::nullopt;
    if (op == "#") return value->starts_with(*argument) ? value->substr(argument->size()) : *value;
    if (op == "%") {
      return value->ends_with(*argument) ? value->substr(0, value->size() - argument->size())
                                         : *value;
    }
    return std::nullopt;
  }

  ShellVariables result_;
  std::vector<Branch> branches_;
};

}  // namespace

ShellVariables parse_envvars(std::string_view text, Variables start) {
  Shell shell(std::move(start));
  shell.run(text);
  return std::move(shell).result();
}

Variables parse_sysconfig(std::string_view text) {
  Variables values;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    const size_t equals = line.find('=');
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (equals == std::string_view::npos || !is_name(line.substr(0, equals))) continue;
    std::string_view value = trim(line.substr(equals + 1));
    const bool quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                        value.back() == value.front();
    if (quoted) value = value.substr(1, value.size() - 2);
    values[std::string(line.substr(0, equals))] = value;
  }
  return values;
}

HttpdOptions parse_httpd_options(std::string_view text) {
  std::vector<std::string> words;
  char quote = 0;
  bool open = false;
  for (char c : text) {
    if (quote == 0 && is_blank(c)) {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      words.back() += c;
    }
  }
  HttpdOptions options;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.size() < 2 || word[0] != '-') continue;
    if (std::string_view("DCcfd").find(word[1]) == std::string_view::npos) continue;
    std::string value(word.substr(2));
    if (value.empty() && i + 1 < words.size()) value = words[++i];
    if (value.empty()) continue;
    switch (word[1]) {
      case 'D':
        options.defines.push_back(std::move(value));
        break;
      case 'C':
        options.before.push_back(std::move(value));
        break;
      case 'c':
        options.after.push_back(std::move(value));
        break;
      case 'f':
        options.config_file = std::move(value);
        break;
      default:
        options.server_root = std::move(value);
    }
  }
  return options;
}

}  // namespace stockade::host
