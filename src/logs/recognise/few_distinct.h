#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "logs/recognise/hash.h"

namespace stockade::logs {

// Counts different things, a few: more than Most are Most.
template <size_t Most>
struct FewDistinct {
  std::array<uint16_t, Most> seen{};
  uint8_t count = 0;

  void add(uint64_t hash) {
    const uint16_t mark = mark_of(hash);
    for (uint8_t i = 0; i < count; ++i) {
      if (seen[i] == mark) return;
    }
    if (count < Most) seen[count++] = mark;
  }
};

}  // namespace stockade::logs
