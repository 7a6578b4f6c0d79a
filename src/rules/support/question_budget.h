// How often one rule may ask the effective engine. A rule that has more to ask says so in the end:
// what was not asked is not clean.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "rules/reporter.h"

namespace stockade::rules {

class QuestionBudget {
 public:
  explicit QuestionBudget(size_t most) : left_(most) {}

  // Takes one question; false where none is left.
  bool take() {
    if (left_ == 0) overdrawn_ = true;
    return left_ != 0 && left_-- != 0;
  }
  bool is_overdrawn() const { return overdrawn_; }

  // `what` was asked for too often; `remedy` is how to look at the rest.
  void tell(Reporter& report, std::string what, std::string remedy) const {
    if (overdrawn_)
      report.not_checked(std::move(what), "there are more of them than this rule looks at",
                         std::move(remedy));
  }

 private:
  size_t left_;
  bool overdrawn_ = false;
};

}  // namespace stockade::rules
