// The URLs that a rehearsal asks for, out of what was asked before.
#pragma once

#include <string>
#include <vector>

#include "host/snapshot.h"

namespace stockade::cli {

// The paths that were asked for most and answered well, at the end of the access logs that the
// configuration names; at most `most`. Without queries: those may do something.
std::vector<std::string> urls_of_logs(const Snapshot& snapshot, size_t most);

}  // namespace stockade::cli
