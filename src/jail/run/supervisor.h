// The supervisor's half outside: it holds the listening sockets, the generations, and the socket
// that "stockade jail status" and the like ask. Nothing of it is reachable from inside.
//
// State: DIRECTORY/NAME/control (a socket of root's), DIRECTORY/NAME/root (an empty directory to
// mount on, empty for everybody else), DIRECTORY/NAME/output.log (what the services say). All of it
// goes when the supervisor ends; what a killed one leaves is two files, and the next one takes
// over.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jail/plan/plan.h"
#include "jail/run/closing.h"

namespace stockade::jail {

struct SupervisorWishes {
  std::string directory = "/run/stockade/jail";
  std::string name = "apache2";
  bool unverified = false;  // start without trying to get out first
  bool foreground = false;  // what the services say goes to stderr too
  // The plan anew, for a new generation.
  std::function<Result<Plan>()> plan_again;
  // Called once, when the jail serves or has failed; then the caller may go.
  std::function<void(const Result<std::string>& summary)> tell;
};

// Returns when the jail has ended.
Result<void> supervise(Plan plan, Closing closing, SupervisorWishes wishes);

// --- the other end
// --------------------------------------------------------------------------------

// Asks a running supervisor: "status", "verify", "refresh", "reload", "swap", "stop", "items". An
// error where none runs under that name, or where it says no.
Result<std::string> ask_supervisor(const std::string& directory, const std::string& name,
                                   const std::string& question);

}  // namespace stockade::jail
