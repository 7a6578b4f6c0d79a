// Collects a Snapshot of this machine, or of a copied tree of another one. Reads only: no foreign
// program is run, no configuration is executed. Every walk is bounded; what was not reached is a
// Gap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/snapshot.h"

namespace stockade::host {

struct CollectOptions {
  std::string root;                  // a copied tree; empty: this machine
  std::string config_file;           // as the audited machine names it; empty: found by layout
  std::vector<std::string> defines;  // -D NAME
  uint32_t httpd_version = 0;        // 20215 = 2.2.15; 0: what the program or the package says
  double seconds = 20;               // time budget of all walks together
  uint64_t max_paths = 200'000;      // paths recorded below served trees
};

// An error only where there is nothing to audit at all (no configuration found, --root missing):
// it names the places that were tried. A broken configuration is no error: see Config::problems.
Result<Snapshot> collect(const CollectOptions& options);

// The configuration alone, and what httpd is started with: no look at any other file.
Result<Snapshot> collect_configuration(const CollectOptions& options);

}  // namespace stockade::host
