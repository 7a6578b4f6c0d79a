// The generators' dice: the same seed gives the same throws everywhere.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace stockade::oracle {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  uint32_t below(uint32_t bound) {  // splitmix64
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<uint32_t>((z ^ (z >> 31)) % bound);
  }
  bool one_in(uint32_t n) { return below(n) == 0; }
  template <class List>
  std::string_view pick(const List& list) {
    return list[below(static_cast<uint32_t>(std::size(list)))];
  }

 private:
  uint64_t state_;
};

}  // namespace stockade::oracle
