// Runs generated cases, several httpds at a time, and shows of each failing one what is left of it.
// TEST_ORACLE_SEED=n repeats another run, TEST_ORACLE_CASES=n tries another number.
#pragma once

#include <cstdint>

#include "case.h"
#include "httpd_oracle.h"

namespace stockade::oracle {

struct Generated {
  Case (*generate)(uint64_t seed);
  Printed printed = Printed::tree;
  uint64_t cases = 0;       // by default
  uint64_t many_cases = 0;  // in the full run
  uint64_t few_cases = 0;   // where each costs a whole run of httpd
  uint64_t shards = 1;
};

// Every `shards`-th case from `shard` on; failures are gtest's.
void compare_generated(const Generated& kind, uint64_t shard);

}  // namespace stockade::oracle
