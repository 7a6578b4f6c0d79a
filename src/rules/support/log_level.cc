#include "rules/support/log_level.h"

#include <array>

#include "base/text.h"

namespace stockade::rules {

std::optional<LogLevel> log_level(std::string_view word) {
  constexpr std::array<std::string_view, 8> kNames = {"emerg", "alert",  "crit", "error",
                                                      "warn",  "notice", "info", "debug"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (equals_ignoring_case(word, kNames[i])) return static_cast<LogLevel>(i);
  }
  if (starts_with_ignoring_case(word, "trace") && word.size() == 6 && is_digit(word[5])) {
    return LogLevel::trace;
  }
  return std::nullopt;
}

}  // namespace stockade::rules
