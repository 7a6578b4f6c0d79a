// A regular expression as httpd uses them: Perl's, byte for byte, unanchored (PCRE2).
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace stockade {

class Pattern {
 public:
  static Result<Pattern> compile(std::string_view expression, bool ignore_case = false);

  // Whether the expression matches somewhere in `text`. A match that would take too long is none.
  bool matches(std::string_view text) const;

 private:
  struct Free {
    void operator()(void* code) const;
  };
  std::unique_ptr<void, Free> code_;
};

}  // namespace stockade
