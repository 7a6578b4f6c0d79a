// The present moment as reports write it.
#pragma once

#include <string>

namespace stockade::cli {

std::string now();    // "2026-11-24T15:00:00Z"
std::string today();  // "2026-11-24", UTC

}  // namespace stockade::cli
