// From a configuration and the machine it stands on to the plan of a jail.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "host/snapshot.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

// What the administrator adds to what the configuration says.
struct PlanWishes {
  std::vector<std::string> also;      // further files and directories, to be read
  std::vector<std::string> writable;  // further directories, to be written to
  bool mail = false;                  // PHP's mail(), by a program in the place of the shell
  std::vector<Backend> connect;       // further programs outside; `why` is set here
  std::vector<std::string> without;   // items that are left out, by their path inside
  std::string module_file;            // mod_stockade_jail.so; empty: found
  std::string learned_file;           // what rehearsals saw; empty: none
};

// An error where httpd would not start with this configuration, or no httpd is here.
Result<Plan> make_plan(const Snapshot& snapshot, const FileSystem& files, const PlanWishes& wishes);

// Where the module lies inside.
inline constexpr std::string_view kModuleInside = "/usr/lib/stockade/mod_stockade_jail.so";
inline constexpr std::string_view kWorkerFilterInside = "/etc/stockade/worker.filter";

}  // namespace stockade::jail
