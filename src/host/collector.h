// What the collectors share while one Snapshot is made.
#pragma once

#include <chrono>
#include <string>

#include "base/file_system.h"
#include "host/collect.h"
#include "host/gaps.h"
#include "host/layout.h"
#include "host/snapshot.h"

namespace stockade::host {

struct Collector {
  const CollectOptions& options;
  const Layout& layout;
  const FileSystem& files;
  Snapshot& snapshot;
  Gaps& gaps;
  bool live;  // this machine, not a copied tree
  std::chrono::steady_clock::time_point deadline;

  bool out_of_time() const { return std::chrono::steady_clock::now() >= deadline; }
};

}  // namespace stockade::host
