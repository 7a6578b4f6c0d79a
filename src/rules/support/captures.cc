#include "rules/support/captures.h"

#include <fmt/format.h>

#include "base/pattern.h"
#include "base/text.h"

namespace stockade::rules {

namespace {

// Behind the character class that opens at `at`.
size_t class_end(std::string_view text, size_t at) {
  size_t i = at + 1;
  if (i < text.size() && text[i] == '^') ++i;
  if (i < text.size() && text[i] == ']') ++i;
  for (; i < text.size() && text[i] != ']'; ++i) {
    if (text[i] == '\\') ++i;
  }
  return i + 1;
}

// "(?:", "(?=" and their kin capture nothing; "(?<name>" and "(?P<name>" do.
bool captures(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at + 1);
  if (!rest.starts_with('?')) return !rest.starts_with('*');
  if (rest.starts_with("?P<") || rest.starts_with("?'")) return true;
  return rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!");
}

Reference reference_at(std::string_view text, size_t at) {
  Reference reference;
  reference.begin = at;
  const char mark = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (is_digit(next)) {
    reference.kind = mark == '$' ? Reference::Kind::group : Reference::Kind::condition_group;
    reference.number = static_cast<size_t>(next - '0');
    reference.end = at + 2;
  } else if (next == '{') {
    const size_t close = text.find('}', at);
    if (close == std::string_view::npos) return reference;
    reference.kind = mark == '$' ? Reference::Kind::map : Reference::Kind::variable;
    reference.name = text.substr(at + 2, close - at - 2);
    reference.end = close + 1;
  }
  return reference;
}

}  // namespace

std::vector<Group> groups_of(std::string_view expression) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  std::vector<Group> groups;
  std::vector<size_t> open;  // index into groups, or kNone
  for (size_t i = 0; i < expression.size();) {
    const char c = expression[i];
    if (c == '\\') {
      i += 2;
    } else if (c == '[') {
      i = class_end(expression, i);
    } else {
      if (c == '(') {
        const bool counted = captures(expression, i);
        open.push_back(counted ? groups.size() : kNone);
        if (counted) groups.push_back({i, expression.size(), expression.substr(i + 1)});
      } else if (c == ')' && !open.empty()) {
        if (open.back() != kNone) {
          Group& group = groups[open.back()];
          group.end = i + 1;
          group.text = expression.substr(group.begin + 1, i - group.begin - 1);
        }
        open.pop_back();
      }
      ++i;
    }
  }
  return groups;
}

bool group_takes(std::string_view group, std::string_view text) {
  const auto pattern = Pattern::compile(fmt::format("^(?:{})$", group));
  return !pattern || pattern->matches(text);
}

std::vector<Reference> references_in(std::string_view text) {
  std::vector<Reference> references;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '$' || text[i] == '%') {
      const Reference reference = reference_at(text, i);
      if (reference.end == 0) continue;
      references.push_back(reference);
      i = reference.end - 1;
    }
  }
  return references;
}

std::string_view origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  size_t end = scheme + 3;
  while (end < url.size() && url[end] != '/' && url[end] != '?') {
    const bool braced = (url[end] == '%' || url[end] == '$') && url.substr(end + 1, 1) == "{";
    const size_t close = braced ? url.find('}', end) : std::string_view::npos;
    end = close == std::string_view::npos ? end + 1 : close + 1;
  }
  return url.substr(0, end);
}

}  // namespace stockade::rules
