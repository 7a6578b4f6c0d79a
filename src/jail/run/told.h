// What the supervisor tells who asks at its control socket: lines "name value", one fact each.
#pragma once

#include <string>
#include <vector>

#include "jail/run/generation.h"
#include "jail/verify/attempt.h"

namespace stockade::jail {

// "process 812", "network own", "lost WHAT (WHY)", "stale PATH" ...
std::string told_generation(const Generation& generation);
// "KIND\tPATH\tSOURCE"
std::string told_items(const Plan& plan);
// "ROLE NAME ANSWER"
std::string told_attempts(const std::vector<AttemptResult>& results);

}  // namespace stockade::jail
