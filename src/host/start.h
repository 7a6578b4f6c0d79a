// What httpd is started with: its environment, its options, the modules linked into it.
#pragma once

#include "host/collector.h"

namespace stockade::host {

// Sets snapshot.httpd (all but the package) and snapshot.environment.
void collect_start(Collector& collector);

// After the configuration was read: the MPM that a LoadModule line brings.
void collect_mpm(Snapshot& snapshot);

}  // namespace stockade::host
