#include "rules/support/served_files.h"

#include <fmt/format.h>

#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"

namespace stockade::rules {

namespace {

constexpr size_t kMostNamed = 40;

class Search {
 public:
  Search(const Snapshot& snapshot, Reporter& report, const ServedFileSearch& wanted)
      : snapshot_(snapshot), report_(report), wanted_(wanted), index_(snapshot) {}

  void run() {
    const ServedTrees& trees = served_trees(snapshot_);
    if (!trees_are_seen(snapshot_, report_, trees, wanted_.what)) return;
    for (const ServedPath& served : served_paths(snapshot_, trees)) {
      const bool is_packages = served.facts->package_state == "ok";  // nobody left it behind
      if (served.facts->status.type == FileType::regular && !is_packages &&
          wanted_.is_meant(served)) {
        judge(served);
      }
    }
    if (reported_ > kMostNamed) {
      report_.not_checked(fmt::format("{} more {}", reported_ - kMostNamed, wanted_.what),
                          fmt::format("only the first {} are listed", kMostNamed),
                          "mend those and run again");
    }
  }

 private:
  void judge(const ServedPath& served) {
    const std::string url = url_of(*served.tree, served.path);
    const Reach reach =
        reach_of(snapshot_, {served.tree->server, std::string(served.path), url}, &index_);
    if (reach.kind == Reach::Kind::uncertain) {
      report_.not_checked(fmt::format("whether {} is handed out", served.path), reach.reason,
                          fmt::format("ask the server for {}", url));
    }
    if (reach.kind != Reach::Kind::served || ++reported_ > kMostNamed) return;
    Draft draft = report_.find_path(served.path,
                                    fmt::format(fmt::runtime(wanted_.message), served.path, url));
    draft.evidence(*served.tree->directive, fmt::format("serves {}", served.tree->path));
    if (reach.decided_by != nullptr) draft.evidence(*reach.decided_by, "grants everybody");
    draft.server(*served.tree->server).example(url);
    if (wanted_.severity) draft.severity(wanted_.severity(served));
    const auto risk = wanted_.breaks.empty() ? FixRisk::safe : FixRisk::careful;
    draft.fix(std::string(wanted_.fix), risk, std::string(wanted_.breaks));
    if (reported_ == 1) draft.append_to_main_file(std::string(wanted_.line));
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  const ServedFileSearch& wanted_;
  DirectorySections index_;
  size_t reported_ = 0;
};

}  // namespace

bool trees_are_seen(const Snapshot& snapshot, Reporter& report, const ServedTrees& trees,
                    std::string_view what) {
  if (!snapshot.coverage.files) {
    report.not_checked(fmt::format("{} in served trees", what), "the files were not collected",
                       "run on the server itself");
    return false;
  }
  for (const ServedTree& tree : trees.trees) {
    if (path_state(snapshot, tree.path) == PathState::absent) continue;
    if (snapshot.paths.walked(tree.path)) continue;
    // An Alias of one file has nothing below it.
    const host::PathFacts* facts = facts_behind(snapshot, tree.path);
    if (facts != nullptr && facts->status.type == FileType::regular) continue;
    report.not_checked(fmt::format("{} below {}", what, tree.path),
                       "the tree was not looked through to its end");
  }
  return true;
}

void report_served_files(const Snapshot& snapshot, Reporter& report,
                         const ServedFileSearch& search) {
  Search(snapshot, report, search).run();
}

}  // namespace stockade::rules
