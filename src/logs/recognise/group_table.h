// Clients that act together: how many of one network tried passwords, or how many clients tried one
// account. Of fixed size; the group that is quiet for longest is forgotten.
#pragma once

#include <cstdint>
#include <vector>

#include "logs/recognise/few_distinct.h"
#include "logs/record.h"

namespace stockade::logs {

struct Group {
  uint64_t key = 0;  // a hash; 0: free
  Micros since = 0;  // of the current count
  Micros seen = 0;
  FewDistinct<12> members;  // its clients
  uint32_t lines = 0;
  bool accused = false;
};

class GroupTable {
 public:
  static constexpr size_t kGroups = 16 * 1024, kWays = 8;
  GroupTable() : groups_(kGroups) {}
  // The group, begun anew where it began longer ago than `patience`.
  Group& of(uint64_t key, Micros now, Micros patience);
  size_t index_of(const Group& group) const { return static_cast<size_t>(&group - groups_.data()); }
  const Group& at(size_t index) const { return groups_[index]; }
  // A group of a store, at the place that it had: hashes have the same key as then.
  void restore(size_t index, const Group& group);

 private:
  std::vector<Group> groups_;
};

}  // namespace stockade::logs
