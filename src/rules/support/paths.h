// What the snapshot knows of a path of the machine.
#pragma once

#include <string_view>

#include "host/snapshot.h"

namespace stockade::rules {

enum class PathState { present, absent, unknown };

// Absent only where somebody looked: at the path itself, or at the whole of a directory above it.
PathState path_state(const Snapshot& snapshot, std::string_view path);

// Facts of the path after following links, or null where they are not known.
const host::PathFacts* facts_behind(const Snapshot& snapshot, std::string_view path);

// A directive's path argument, made absolute against ServerRoot.
std::string path_argument(const Snapshot& snapshot, std::string_view argument);

}  // namespace stockade::rules
