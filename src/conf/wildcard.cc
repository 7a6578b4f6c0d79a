#include "conf/wildcard.h"

#include <optional>

namespace stockade::conf {

bool has_wildcard(std::string_view pattern) {
  bool open = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    switch (pattern[i]) {
      case '?':
      case '*':
        return true;
      case '\\':
        if (++i == pattern.size()) return false;
        break;
      case '[':
        open = true;
        break;
      case ']':
        if (open) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

namespace {

// Takes a bracket expression from the front of `pattern`; nothing if it is not closed.
std::optional<bool> take_bracket(std::string_view& pattern, char c) {
  size_t i = 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true; i < pattern.size(); first = false) {
    if (pattern[i] == ']' && !first) {
      pattern.remove_prefix(i + 1);
      return found != negated;
    }
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const char low = pattern[i++];
    char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      ++i;
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      high = pattern[i++];
    }
    found |= low <= c && c <= high;
  }
  return std::nullopt;
}

// Whether one character of the name matches the front of the pattern, which is then taken.
bool take_one(std::string_view& pattern, char c) {
  if (pattern.front() == '[') {
    std::string_view rest = pattern;
    if (const auto matched = take_bracket(rest, c)) {
      pattern = rest;
      return *matched;
    }
  }
  if (pattern.front() == '\\' && pattern.size() > 1)
    pattern.remove_prefix(1);
  else if (pattern.front() == '?')
    c = '?';
  const bool same = pattern.front() == c;
  pattern.remove_prefix(1);
  return same;
}

}  // namespace

bool matches_wildcard(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.') && !pattern.starts_with("\\.")) {
    return false;
  }
  // The usual greedy match with one point to return to: linear but for the last star.
  std::optional<std::string_view> star;
  std::string_view star_name;
  while (!name.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      star = pattern;
      star_name = name;
      continue;
    }
    std::string_view rest = pattern;
    if (!rest.empty() && take_one(rest, name.front())) {
      pattern = rest;
      name.remove_prefix(1);
      continue;
    }
    if (!star) return false;
    star_name.remove_prefix(1);
    name = star_name;
    pattern = *star;
  }
  while (!pattern.empty() && pattern.front() == '*') pattern.remove_prefix(1);
  return pattern.empty();
}

}  // namespace stockade::conf
