#include "host/collect.h"

#include <unistd.h>

#include <algorithm>
#include <unordered_set>

#include "host/accounts.h"
#include "host/certificates.h"
#include "host/collector.h"
#include "host/contents.h"
#include "host/identity.h"
#include "host/packages.h"
#include "host/paths.h"
#include "host/php.h"
#include "host/processes.h"
#include "host/served_walk.h"
#include "host/start.h"

namespace stockade::host {

namespace {

void read_config(Collector& collector) {
  Snapshot& snapshot = collector.snapshot;
  const RecordingFileSystem recording(collector.files, snapshot.config_files);
  snapshot.config = conf::evaluate(recording, snapshot.environment);
  snapshot.servers = conf::collect_servers(snapshot.config);
}

// A copy by an ordinary user makes every file his. One that was preserved has the machine's own
// groups in it (root's files alone prove nothing: a copy by root makes every file root's).
bool owners_are_preserved(const Snapshot& snapshot) {
  const PathFacts* config = snapshot.paths.find(snapshot.environment.config_file);
  if (config == nullptr || config->status.uid != 0 || !snapshot.coverage.accounts) return false;
  std::unordered_set<uint32_t> groups;
  for (const Group& group : snapshot.groups) groups.insert(group.gid);
  groups.erase(0);
  const auto& paths = snapshot.paths.facts();
  return std::any_of(paths.begin(), paths.end(),
                     [&](const auto& entry) { return groups.contains(entry.second.status.gid); });
}

void collect_files(Collector& collector) {
  Snapshot& snapshot = collector.snapshot;
  PathLooker looker(collector);
  collect_paths(collector, looker);
  walk_served_trees(collector, looker);
  collect_contents(collector, looker);
  collect_certificates(collector, looker);
  snapshot.coverage.files = true;
  snapshot.coverage.owners = collector.live || owners_are_preserved(snapshot);
  if (!snapshot.coverage.owners) {
    collector.gaps.add("owners and modes of files",
                       "this copy may not have kept them; run on the machine itself, or copy as "
                       "root with tar or rsync -a",
                       {"owners"});
  }
}

void collect_running(Collector& collector) {
  if (!collector.live) {
    collector.gaps.add("running processes and listening sockets",
                       "a copied tree has none; run on the machine itself",
                       {"processes", "sockets"});
    return;
  }
  collect_processes(collector);
  collect_sockets(collector);
}

std::chrono::steady_clock::time_point deadline_of(const CollectOptions& options) {
  const auto budget = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(options.seconds));
  return std::chrono::steady_clock::now() + budget;
}

// The configuration, which everything else hangs on, and then what `further` adds.
template <typename Further>
Result<Snapshot> collect_with(const CollectOptions& options, Further further) {
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
  further(collector);
  return snapshot;
}

}  // namespace

Result<Snapshot> collect_configuration(const CollectOptions& options) {
  return collect_with(options, [](Collector&) {});
}

Result<Snapshot> collect(const CollectOptions& options) {
  return collect_with(options, [](Collector& collector) {
    collect_mpm(collector.snapshot);
    collect_accounts(collector.files, collector.snapshot, collector.gaps);
    collect_files(collector);
    collect_packages(collector);
    collect_running(collector);
    collect_php(collector);
  });
}

}  // namespace stockade::host
