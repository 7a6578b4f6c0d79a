// How much of a configuration is read at most, so that hostile input costs neither stack nor
// memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "conf/evaluate.h"

namespace stockade::conf {

// What goes beyond is not read, and a Problem of kind `uncertain` says so.
struct Bounds {
  uint64_t bytes = 512ULL << 20;           // of all files
  uint64_t expanded_bytes = 512ULL << 20;  // of lines that variables and macros made
  uint64_t lines = 20'000'000;             // handled in all, macros' too
  uint64_t files = 200'000;                // opened in all, each as often as it is included
  uint64_t uses = 300'000;                 // of macros
  // httpd stops at the first; a file that is no configuration consists of nothing else.
  size_t problems = 10'000;
  uint64_t unknown = 200'000;  // directives whose name nobody knows
  size_t nesting = 512;        // sections and conditional blocks within each other
};

// evaluate() with bounds of the caller's choice.
Config evaluate(const FileSystem& files, const Environment& environment, const Bounds& bounds);

}  // namespace stockade::conf
