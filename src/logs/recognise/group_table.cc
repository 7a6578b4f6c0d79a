#include "logs/recognise/group_table.h"

namespace stockade::logs {

void GroupTable::restore(size_t index, const Group& group) {
  if (group.key != 0 && index / kWays == group.key % (kGroups / kWays)) groups_[index] = group;
}

Group& GroupTable::of(uint64_t key, Micros now, Micros patience) {
  if (key == 0) key = 1;
  Group* const set = &groups_[key % (kGroups / kWays) * kWays];
  Group* oldest = set;
  Group* found = nullptr;
  for (size_t i = 0; i < kWays && found == nullptr; ++i) {
    if (set[i].key == key) found = &set[i];
    if (set[i].seen < oldest->seen) oldest = &set[i];
  }
  if (found == nullptr || now - found->since > patience) {
    Group* const group = found != nullptr ? found : oldest;
    *group = {};
    group->key = key;
    group->since = now;
    found = group;
  }
  found->seen = now;
  return *found;
}

}  // namespace stockade::logs
