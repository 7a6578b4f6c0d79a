// Config::problems, bounded: a mistake in a text that makes more text comes a million times.
#pragma once

#include <array>
#include <cstddef>

#include "conf/config.h"

namespace stockade::conf {

constexpr size_t kMaxProblems = 10'000;  // of each kind

class ProblemList {
 public:
  explicit ProblemList(Config& config);

  // Beyond kMaxProblems of a kind none is kept; that there were more is a problem itself.
  void add(Problem problem);

 private:
  Config& config_;
  std::array<size_t, 3> counts_{};  // by Problem::Kind
};

}  // namespace stockade::conf
