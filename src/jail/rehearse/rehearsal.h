// Runs the site once where every file is to be had and nothing can be written but what the plan
// writes to, on a network of its own, and sees what it opens that the plan does not hold.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "jail/plan/plan.h"
#include "jail/rehearse/learned.h"

namespace stockade::jail {

struct RehearsalWishes {
  std::string state;              // a directory that exists or may be made
  std::vector<std::string> urls;  // "/", "/index.php": asked for at the first address
  int most_rounds = 3;
};

struct Rehearsal {
  std::vector<LearnedPath> learned;  // to be read or run
  std::vector<std::string> written;  // written to, and not in the plan: for --writable
  std::vector<std::string> shells;   // started, and not to be had in a jail: never learned
  std::vector<std::string> answers;  // "200 /"
};

// One round: start, the URLs, a client that goes away, a graceful restart, the URLs again, stop. To
// httpd a rotation of logs is such a restart; the logs themselves stay as they are.
Result<Rehearsal> rehearse_once(const Plan& plan, const RehearsalWishes& wishes);

}  // namespace stockade::jail
