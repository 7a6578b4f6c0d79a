// One line for the journal.
#pragma once

#include <cstdio>
#include <string>

namespace stockade::ban_helper {

inline void say(const std::string& text) {
  std::fprintf(stderr, "stockade-ban: %s\n", text.c_str());
}

}  // namespace stockade::ban_helper
