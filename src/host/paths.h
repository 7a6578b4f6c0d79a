// Owners, modes and links of the paths that a configuration leans on.
//
// Distrusts: links (followed by hand, at most 40 deep, each step recorded), folders that may not be
// entered, and a copied tree, where a missing path may just not have been copied.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "host/collector.h"

namespace stockade::host {

class PathLooker {
 public:
  explicit PathLooker(Collector& collector);

  // Records `path` (absolute, normalised), every directory above it and all that links on the way
  // lead to. The path behind all links; empty if it leads nowhere or may not be looked at.
  // Each path is looked at once, however often it is asked for.
  std::string look(const std::string& path);

  // Whether a missing `path` is known not to exist.
  bool trusts_absence(std::string_view path) const;

  // Adds a Gap for what could not be looked at since the last call.
  void report();

 private:
  std::string look(const std::string& path, int links);
  std::string record(const std::string& path, const std::string& above, int links);

  Collector& collector_;
  bool whole_tree_ = true;  // not a copy of a part of a machine
  std::unordered_map<std::string, std::string> real_;
  std::vector<std::string> denied_;
  std::string reason_;
};

// Looks at every file that was read, and at what directives name: modules, keys, certificates,
// password files, logs and their programs, lock and pid files, scripts.
void collect_paths(Collector& collector, PathLooker& looker);

}  // namespace stockade::host
