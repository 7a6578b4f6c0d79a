// Digits of base sixteen.
#pragma once

#include "base/text.h"

namespace stockade {

// 0 to 15; -1: none.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char low = to_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace stockade
