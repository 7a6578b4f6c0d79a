// A leaky bucket: what is poured in runs out again at a steady rate, so that only what comes faster
// than that fills it.
#pragma once

#include <algorithm>

#include "logs/record.h"

namespace stockade::logs {

struct Bucket {
  float level = 0;

  // After `seconds` in which it leaked.
  void leak(float seconds, float seconds_for_one) {
    level = std::max(0.0F, level - seconds / seconds_for_one);
  }
};

}  // namespace stockade::logs
