// The version of this build, from CMakeLists.txt.
#pragma once

#include <string_view>

namespace stockade::cli {

inline constexpr std::string_view kVersionNumber = STOCKADE_VERSION;

}  // namespace stockade::cli
