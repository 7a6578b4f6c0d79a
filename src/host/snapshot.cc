#include "host/snapshot.h"

#include <algorithm>

namespace stockade::host {

const PathFacts* PathTable::find(std::string_view path) const {
  const auto found = facts_.find(path);
  return found == facts_.end() ? nullptr : &found->second;
}

std::vector<std::pair<std::string_view, const PathFacts*>> PathTable::below(
    std::string_view directory) const {
  std::string prefix(directory);
  if (!prefix.ends_with('/')) prefix += '/';
  std::vector<std::pair<std::string_view, const PathFacts*>> result;
  for (auto entry = facts_.upper_bound(prefix);
       entry != facts_.end() && entry->first.starts_with(prefix); ++entry) {
    result.emplace_back(entry->first, &entry->second);
  }
  return result;
}

bool PathTable::walked(std::string_view directory) const {
  for (std::string_view above = directory;; above = parent_path(above)) {
    if (const auto walk = walks_.find(above); walk != walks_.end()) return walk->second;
    if (above == "/" || above.empty()) return false;
  }
}

const Certificate* Snapshot::certificate(std::string_view file) const {
  const auto found = std::find_if(certificates.begin(), certificates.end(),
                                  [&](const Certificate& c) { return c.file == file; });
  return found == certificates.end() ? nullptr : &*found;
}

const Account* Snapshot::account(std::string_view name) const {
  const auto found = std::find_if(accounts.begin(), accounts.end(),
                                  [&](const Account& a) { return a.name == name; });
  return found == accounts.end() ? nullptr : &*found;
}

const Account* Snapshot::account(uint32_t uid) const {
  const auto found = std::find_if(accounts.begin(), accounts.end(),
                                  [&](const Account& a) { return a.uid == uid; });
  return found == accounts.end() ? nullptr : &*found;
}

const Group* Snapshot::group(std::string_view name) const {
  const auto found =
      std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

}  // namespace stockade::host
