#include "rules/support/paths.h"

namespace stockade::rules {

PathState path_state(const Snapshot& snapshot, std::string_view path) {
  const std::string normal = normal_path(path);
  if (snapshot.paths.find(normal) != nullptr) return PathState::present;
  if (snapshot.paths.absent(normal)) return PathState::absent;
  return normal != "/" && snapshot.paths.walked(parent_path(normal)) ? PathState::absent
                                                                     : PathState::unknown;
}

const host::PathFacts* facts_behind(const Snapshot& snapshot, std::string_view path) {
  const host::PathFacts* facts = snapshot.paths.find(normal_path(path));
  if (facts == nullptr || facts->status.type != FileType::symlink) return facts;
  return facts->real_path.empty() ? nullptr : snapshot.paths.find(facts->real_path);
}

std::string path_argument(const Snapshot& snapshot, std::string_view argument) {
  return absolute_path(snapshot.config.server_root, argument);
}

}  // namespace stockade::rules
