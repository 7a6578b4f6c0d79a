// Clients that act together: how many of one network tried passwords, or how many clients tried one
// account. Of fixed size; the group that is quiet for longest is forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "logs/record.h"

namespace stockade::logs {

struct Group {
  uint64_t key = 0;      // a hash; 0: free
  uint64_t members = 0;  // a bit for each of 64 hashes of its clients
  Micros since = 0;      // of the current count
  Micros seen = 0;
  uint32_t lines = 0;
  bool accused = false;
};

class GroupTable {
 public:
  static constexpr size_t kGroups = 16 * 1024, kWays = 8;
  GroupTable() : groups_(kGroups) {}
  // The group, begun anew where it began longer ago than `patience`.
  Group& of(uint64_t key, Micros now, Micros patience);

 private:
  std::vector<Group> groups_;
};

}  // namespace stockade::logs
