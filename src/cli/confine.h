// Before what attackers wrote is read: what is left to this process.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace stockade::cli {

// It reads, and writes below the folders that are named. Root is told what could not be taken away.
Result<void> confine(std::vector<std::string> writable);

}  // namespace stockade::cli
