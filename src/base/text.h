// Text as httpd sees it: bytes, ASCII case folding, no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stockade {

// apr_isspace in the C locale.
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
bool contains_ignoring_case(std::string_view text, std::string_view part);
// Negative, zero or positive like strcasecmp.
int compare_ignoring_case(std::string_view a, std::string_view b);

std::string_view trim(std::string_view text);

// "a,,b" at ',' gives "a", "", "b"; an empty text gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
// Words between runs of blanks; no empty ones.
std::vector<std::string_view> split_words(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// The whole text as a decimal number; nothing when anything else is in it or it overflows.
std::optional<int64_t> parse_number(std::string_view text);

// The candidate nearest to `word` by edit distance, when near enough to be a typing slip.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

struct IgnoringCaseHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const;
};
struct IgnoringCaseEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return equals_ignoring_case(a, b);
  }
};

}  // namespace stockade
