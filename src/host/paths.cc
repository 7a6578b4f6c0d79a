#include "host/paths.h"

#include <algorithm>
#include <cerrno>

#include "base/file_system.h"
#include "base/text.h"
#include "host/named_paths.h"

namespace stockade::host {

namespace {

std::string join_path(const std::string& directory, std::string_view name) {
  return (directory == "/" ? "/" : directory + "/") + std::string(name);
}

// "/srv/x/y" -> "/srv".
std::string_view top_of(std::string_view path) { return path.substr(0, path.find('/', 1)); }

}  // namespace

PathLooker::PathLooker(Collector& collector) : collector_(collector) {
  whole_tree_ = collector.live || collector.files.status("/etc/passwd").has_value();
}

bool PathLooker::trusts_absence(std::string_view path) const {
  if (collector_.live) return true;
  if (!is_within(path, collector_.layout.mounted_at)) return false;
  if (is_within(path, parent_path(collector_.layout.config_file))) return true;
  return whole_tree_ && collector_.files.link_status(top_of(path)).has_value();
}

std::string PathLooker::look(const std::string& path) { return look(path, 0); }

std::string PathLooker::look(const std::string& path, int links) {
  if (const auto known = real_.find(path); known != real_.end()) return known->second;
  if (links > kMaxLinks) return "";
  real_[path] = "";  // a link that leads back to itself leads nowhere
  std::string above = "/";
  if (path != "/") {
    above = look(std::string(parent_path(path)), links);
    if (above.empty()) {
      if (collector_.snapshot.paths.absent(parent_path(path))) {
        collector_.snapshot.paths.put_absent(path);
      }
      return "";
    }
  }
  std::string real = record(path, above, links);
  real_[path] = real;
  return real;
}

std::string PathLooker::record(const std::string& path, const std::string& above, int links) {
  if (!is_within(path, collector_.layout.mounted_at)) return path;  // above or beside the copy
  const auto status = collector_.files.link_status(path);
  if (!status) {
    const int code = status.error().code;
    if (code == ENOENT || code == ENOTDIR) {
      if (trusts_absence(path)) collector_.snapshot.paths.put_absent(path);
    } else {
      denied_.push_back(path);
      reason_ = collector_.gaps.reason(status.error());
    }
    return "";
  }
  PathFacts facts;
  facts.status = *status;
  if (status->type == FileType::symlink) {
    facts.target = collector_.files.link_target(path).value_or("");
    if (!facts.target.empty())
      facts.real_path = look(absolute_path(above, facts.target), links + 1);
  } else {
    facts.real_path = path == "/" ? path : join_path(above, file_name(path));
    if (facts.real_path != path) look(facts.real_path, links + 1);
  }
  std::string real = facts.real_path;
  collector_.snapshot.paths.put(path, std::move(facts));
  return real;
}

void PathLooker::report() {
  if (denied_.empty()) return;
  std::sort(denied_.begin(), denied_.end());
  collector_.gaps.add("owner and mode of " + some_of(denied_), reason_, {"files"});
  denied_.clear();
}

void collect_paths(Collector& collector, PathLooker& looker) {
  for (const std::string& path : named_paths(collector.snapshot)) looker.look(path);
  const std::string& binary = collector.snapshot.httpd.binary;
  if (!binary.empty()) looker.look(binary);
  const std::string& mounted_at = collector.layout.mounted_at;
  if (mounted_at != "/") {
    collector.gaps.add("files outside " + mounted_at, "the copy holds that folder only",
                       {"files", "accounts"});
  }
  looker.report();
}

}  // namespace stockade::host
