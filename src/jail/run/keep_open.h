#pragma once

#include <vector>

namespace stockade::jail {

// For a process that is a copy of another, with everything that one has open. Standard input
// becomes /dev/null; `kept` may hold -1.
void close_all_but(std::vector<int> kept);

}  // namespace stockade::jail
