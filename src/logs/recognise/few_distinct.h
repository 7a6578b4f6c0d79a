#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace stockade::logs {

// Counts different things, a few: more than Most are Most.
template <size_t Most>
struct FewDistinct {
  std::array<uint16_t, Most> seen{};
  uint8_t count = 0;

  void add(uint64_t hash) {
    const auto mark = static_cast<uint16_t>(hash >> 48 | 1);
    for (uint8_t i = 0; i < count; ++i) {
      if (seen[i] == mark) return;
    }
    if (count < Most) seen[count++] = mark;
  }
};

}  // namespace stockade::logs
