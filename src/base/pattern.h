// A regular expression as httpd uses them: Perl's, byte for byte, unanchored (PCRE2);
// "$" is the very end. Source: server/util_pcre.c, whose default is DOLLAR_ENDONLY.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade {

class Pattern {
 public:
  static Result<Pattern> compile(std::string_view expression, bool ignore_case = false);

  // Steps, from one place of a text, after which an expression with nested repetitions is given up;
  // ordinary ones take dozens.
  static constexpr uint32_t kMostSteps = 1'000'000;

  // Whether the expression matches somewhere in `text`. A match that would take too long is none.
  bool matches(std::string_view text) const;
  // The same for whoever has to know that it was not decided within `steps` from some place.
  enum class Verdict : uint8_t { no, yes, given_up };
  Verdict verdict(std::string_view text, uint32_t steps) const;

  // The same; `groups` becomes $0, $1 ... A group that took no part is empty.
  bool matches(std::string_view text, std::vector<std::string>& groups) const;
  // How many parentheses capture.
  uint32_t group_count() const;

 private:
  struct Free {
    void operator()(void* code) const;
  };
  std::unique_ptr<void, Free> code_;
};

}  // namespace stockade
