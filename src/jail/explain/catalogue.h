// From what an administrator sees to what is missing, and what to do: an error of httpd or PHP, a
// line of a log, a path.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jail/plan/plan.h"

namespace stockade::jail {

struct Explanation {
  std::string_view id;       // "no-account"
  std::string_view pattern;  // what the line holds: parts between '*' in this order, case ignored
  std::string_view cause;
  std::string_view fix;
};

std::span<const Explanation> explanations();

// Those whose pattern the text holds, the most particular first.
std::vector<const Explanation*> explain(std::string_view text);

// Of a path: whether it is in the jail, why, and how; or what brings it in.
std::string explain_path(const Plan& plan, std::string_view path);

}  // namespace stockade::jail
