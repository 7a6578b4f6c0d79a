#include "conf/effective/glob.h"

#include <optional>

namespace stockade::conf {

namespace {

struct Bracket {
  bool holds = false;
  size_t length = 0;
};

std::optional<Bracket> read_bracket(std::string_view pattern, char c) {
  size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) return Bracket{found != negated, at + 1};
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char low = pattern[at++];
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = pattern[at + 1];
      at += 2;
    }
    found = found || (low <= c && c <= high);
  }
  return std::nullopt;
}

// How much of the pattern's front matches one character; 0: it does not.
size_t one_character(std::string_view pattern, char c, bool across) {
  if (pattern.empty()) return 0;
  if (pattern[0] == '?') return c == '/' && !across ? 0 : 1;
  if (pattern[0] == '[' && (c != '/' || across)) {
    if (const auto bracket = read_bracket(pattern, c)) return bracket->holds ? bracket->length : 0;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == c ? 2 : 0;
  return pattern[0] == c ? 1 : 0;
}

bool matches(std::string_view pattern, std::string_view path, bool across) {
  size_t at = 0;
  size_t next = 0;
  std::optional<std::pair<size_t, size_t>> star;  // where to go on after one more character
  while (next < path.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = {++at, next};
      continue;
    }
    const size_t taken = one_character(pattern.substr(at), path[next], across);
    if (taken > 0) {
      at += taken;
      ++next;
      continue;
    }
    if (!star || (path[star->second] == '/' && !across)) return false;
    at = star->first;
    next = ++star->second;
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace

bool matches_path(std::string_view pattern, std::string_view path) {
  return matches(pattern, path, false);
}
bool matches_text(std::string_view pattern, std::string_view text) {
  return matches(pattern, text, true);
}

}  // namespace stockade::conf
