#include "host/collect.h"

#include <unistd.h>

#include "host/accounts.h"
#include "host/collector.h"
#include "host/identity.h"
#include "host/start.h"

namespace stockade::host {

namespace {

void read_config(Collector& collector) {
  Snapshot& snapshot = collector.snapshot;
  const RecordingFileSystem recording(collector.files, snapshot.config_files);
  snapshot.config = conf::evaluate(recording, snapshot.environment);
  snapshot.servers = conf::collect_servers(snapshot.config);
}

std::chrono::steady_clock::time_point deadline_of(const CollectOptions& options) {
  const auto budget = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(options.seconds));
  return std::chrono::steady_clock::now() + budget;
}

}  // namespace

Result<Snapshot> collect(const CollectOptions& options) {
  const auto layout = find_layout(options);
  if (!layout) return fail(layout.error());
  const auto files = open_files(options.root, layout->mounted_at);
  Snapshot snapshot;
  snapshot.root = options.root;
  snapshot.mounted_at = layout->mounted_at;
  const bool live = options.root.empty();
  collect_identity(*files, live, snapshot);
  Gaps gaps(snapshot.gaps, snapshot.taken_by, geteuid() == 0);
  Collector collector{options, *layout, *files, snapshot, gaps, live, deadline_of(options)};
  collect_start(collector);
  read_config(collector);
  collect_mpm(snapshot);
  collect_accounts(*files, snapshot, gaps);
  return snapshot;
}

}  // namespace stockade::host
