// A file tree of its own for one process: the machine's programs, read-only, and an example's
// files.
#pragma once

#include <string>

#include "rules/example.h"

namespace stockade::judge {

// Moves the calling process into a tree mounted on `directory`, which nobody outside sees, and
// fills it. Works as root and, where user namespaces are allowed, as anybody. What failed, or "".
std::string enter_private_world(const std::string& directory, const rules::Example& example);

// The file of LoadModule lines in that world.
constexpr const char* kPrelude = "/judge-prelude.conf";

}  // namespace stockade::judge
