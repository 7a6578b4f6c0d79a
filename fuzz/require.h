// What must hold for any input; where it does not, the fuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace stockade::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace stockade::fuzz
