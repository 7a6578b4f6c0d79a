#include "conf/problem_list.h"

#include <string>
#include <utility>

namespace stockade::conf {

ProblemList::ProblemList(Config& config) : config_(config) {
  for (const Problem& problem : config.problems) ++counts_[static_cast<size_t>(problem.kind)];
}

void ProblemList::add(Problem problem) {
  size_t& count = counts_[static_cast<size_t>(problem.kind)];
  if (++count > kMaxProblems + 1) return;
  if (count > kMaxProblems) {
    problem.kind = Problem::Kind::uncertain;
    problem.message =
        "more than " + std::to_string(kMaxProblems) + " problems: from here on none is named";
    problem.code.clear();
  }
  config_.problems.push_back(std::move(problem));
}

}  // namespace stockade::conf
