// A kernel that refuses some system calls: for what comes after in this process and all that it
// starts. As root.
#pragma once

#include <cstdint>
#include <vector>

namespace stockade::test {

struct RefusedCall {
  const char* name;
  int answer;          // an errno; kKilled: the process is ended by SIGSYS
  uint64_t flags = 0;  // only where the first argument holds these; 0: always
};
constexpr int kKilled = -1;

void refuse_calls(const std::vector<RefusedCall>& calls);

}  // namespace stockade::test
