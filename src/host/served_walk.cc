#include "host/served_walk.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <set>
#include <unordered_set>

#include "host/named_paths.h"

namespace stockade::host {

namespace {

constexpr int kMaxDepth = 64;
constexpr uint64_t kClockEvery = 256;  // entries between two looks at the clock

bool is_machinery(std::string_view real) {
  for (std::string_view top : {"/proc", "/sys", "/dev"}) {
    if (is_within(real, top)) return true;
  }
  return false;
}

class Walk {
 public:
  Walk(Collector& collector, PathLooker& looker) : collector_(collector), looker_(looker) {}

  void run(const std::vector<std::string>& roots) {
    for (const std::string& root : roots) start(root);
    // Links last: a tree that is a root itself is known by its own name.
    while (!links_.empty()) {
      const auto [path, real] = std::move(links_.front());
      links_.pop_front();
      if (visited_.contains(real)) {
        table().put_walk(path, false);  // known, but by another name
      } else {
        start(path);
      }
    }
    report();
  }

 private:
  struct Directory {
    std::string path;
    std::string real;
    uint64_t device = 0;
    int depth = 0;
  };

  PathTable& table() { return collector_.snapshot.paths; }

  void start(const std::string& root) {
    const std::string real = looker_.look(root);
    if (real.empty() || visited_.contains(real)) return;
    const auto status = collector_.files.status(root);
    if (!status || status->type != FileType::directory) return;
    if (is_machinery(real)) return miss(root, "kernel file systems are not entered", root);
    failed_.clear();
    entered_.clear();
    std::vector<Directory> open = {{root, real, status->device, 0}};
    while (!open.empty()) {
      const Directory directory = std::move(open.back());
      open.pop_back();
      enter(directory, open, root);
    }
    mark(root);
  }

  void enter(const Directory& directory, std::vector<Directory>& open, const std::string& root) {
    if (!visited_.insert(directory.real).second) {
      if (directory.path != directory.real) table().put_walk(directory.path, false);
      return;
    }
    if (out_of_budget()) return miss(directory.path, budget_reason(), root);
    if (directory.depth > kMaxDepth) {
      return miss(directory.path, fmt::format("deeper than {} directories", kMaxDepth), root);
    }
    const auto names = collector_.files.list(directory.path);
    if (!names) return miss(directory.path, collector_.gaps.reason(names.error()), root);
    entered_.push_back(directory.path);
    const std::string prefix = directory.path == "/" ? "/" : directory.path + "/";
    for (const std::string& name : *names) {
      if (out_of_budget()) return miss(directory.path, budget_reason(), root);
      look_at(directory, prefix + name, name, open, root);
    }
  }

  void look_at(const Directory& directory, const std::string& path, const std::string& name,
               std::vector<Directory>& open, const std::string& root) {
    const auto status = collector_.files.link_status(path);
    if (!status) {
      if (status.error().code != ENOENT) {  // else: gone meanwhile
        miss(path, collector_.gaps.reason(status.error()), root);
      }
      return;
    }
    ++recorded_;
    if (status->type == FileType::symlink) return on_link(path);
    std::string real = directory.real == "/" ? "/" + name : directory.real + "/" + name;
    if (status->type == FileType::directory) {
      if (is_machinery(real)) {
        miss(path, "kernel file systems are not entered", root);
      } else if (status->device != directory.device) {
        miss(path, "another file system is mounted there", root);
      } else {
        open.push_back({path, real, status->device, directory.depth + 1});
      }
    }
    table().put(path, {*status, "", std::move(real), ""});
  }

  void on_link(const std::string& path) {
    const std::string real = looker_.look(path);
    if (real.empty()) return;
    const PathFacts* behind = table().find(real);
    if (behind == nullptr || behind->status.type != FileType::directory) return;
    links_.emplace_back(path, real);
  }

  bool out_of_budget() {
    if (recorded_ >= collector_.options.max_paths) return true;
    if (recorded_ % kClockEvery == 0 && collector_.out_of_time()) late_ = true;
    return late_;
  }
  std::string budget_reason() const {
    if (late_) return fmt::format("the time budget of {:g} s was used up", seconds());
    return fmt::format("more than {} paths", collector_.options.max_paths);
  }
  double seconds() const { return collector_.options.seconds; }

  void miss(const std::string& path, const std::string& reason, const std::string& root) {
    failed_.push_back(path);
    missed_[reason].insert(path);
    if (path == root) table().put_walk(root, false);
  }

  // A directory is complete unless something below it was missed.
  void mark(const std::string& root) {
    if (failed_.empty()) return table().put_walk(root, true);
    std::unordered_set<std::string> incomplete;
    for (const std::string& path : failed_) {
      for (std::string above = path; incomplete.insert(above).second && above != root;) {
        above = std::string(parent_path(above));
      }
    }
    for (const std::string& path : incomplete) table().put_walk(path, false);
    for (const std::string& path : entered_) {
      if (!incomplete.contains(path) && incomplete.contains(std::string(parent_path(path)))) {
        table().put_walk(path, true);
      }
    }
  }

  void report() {
    for (const auto& [reason, paths] : missed_) {
      const std::vector<std::string> names(paths.begin(), paths.end());
      collector_.gaps.add("what lies below " + some_of(names), reason, {"files"});
    }
  }

  Collector& collector_;
  PathLooker& looker_;
  std::unordered_set<std::string> visited_;                // directories, by real path
  std::deque<std::pair<std::string, std::string>> links_;  // to directories: path and real path
  std::vector<std::string> entered_;                       // of the tree being walked
  std::vector<std::string> failed_;                        // likewise
  std::map<std::string, std::set<std::string>> missed_;    // by reason
  uint64_t recorded_ = 0;
  bool late_ = false;
};

}  // namespace

void walk_served_trees(Collector& collector, PathLooker& looker) {
  Walk(collector, looker).run(served_directories(collector.snapshot));
  looker.report();
}

}  // namespace stockade::host
