// What "stockade" alone says: the next sensible step on this machine.
#pragma once

#include <string>

namespace stockade::cli {

std::string first_step();

}  // namespace stockade::cli
