#include "host/snapshot_files.h"

#include <cerrno>

namespace stockade::host {

namespace {
constexpr int kMostLinks = 40;
}  // namespace

std::string SnapshotFiles::behind_links(std::string_view given) const {
  std::string path = normal_path(given);
  for (int links = 0; links < kMostLinks; ++links) {
    bool changed = false;
    for (size_t slash = path.find('/', 1); slash != std::string::npos && !changed;
         slash = path.find('/', slash + 1)) {
      const PathFacts* facts = snapshot_.paths.find(std::string_view(path).substr(0, slash));
      if (facts == nullptr || facts->status.type != FileType::symlink) continue;
      if (facts->real_path.empty()) return path;
      path = normal_path(facts->real_path + path.substr(slash));
      changed = true;
    }
    if (!changed) break;
  }
  return path;
}

bool SnapshotFiles::would_be_known(std::string_view path) const {
  for (std::string_view above = path; above != "/";) {
    above = parent_path(above);
    if (snapshot_.paths.absent(above)) return true;
  }
  return snapshot_.paths.walked(parent_path(path));
}

Result<FileStatus> SnapshotFiles::link_status(std::string_view given) const {
  const std::string path = behind_links(given);
  if (const PathFacts* facts = snapshot_.paths.find(path)) return facts->status;
  if (snapshot_.paths.absent(path)) return fail_errno("look at", path, ENOENT);
  const std::string inside = path == "/" ? path : path + "/";
  const auto& facts = snapshot_.paths.facts();
  const auto next = facts.lower_bound(inside);
  if (next != facts.end() && next->first.starts_with(inside)) {
    FileStatus folder;
    folder.type = FileType::directory;
    folder.mode = 0755;
    return folder;
  }
  return fail_errno("look at", path, would_be_known(path) ? ENOENT : ENODATA);
}

Result<FileStatus> SnapshotFiles::status(std::string_view path) const {
  std::string at(path);
  for (int links = 0; links < kMostLinks; ++links) {
    auto found = link_status(at);
    if (!found || found->type != FileType::symlink) return found;
    const PathFacts* facts = snapshot_.paths.find(behind_links(at));
    if (facts == nullptr || facts->real_path.empty()) return fail_errno("look at", at, ENOENT);
    at = facts->real_path;
  }
  return fail_errno("look at", std::string(path), ELOOP);
}

Result<std::vector<std::string>> SnapshotFiles::list(std::string_view given) const {
  const std::string path = behind_links(given);
  const auto found = status(path);
  if (!found) return fail(found.error());
  if (found->type != FileType::directory) return fail_errno("list", path, ENOTDIR);
  if (!snapshot_.paths.walked(path)) return fail_errno("list", path, ENODATA);
  std::vector<std::string> names;
  const size_t cut = path == "/" ? 1 : path.size() + 1;
  for (const auto& [below, facts] : snapshot_.paths.below(path)) {
    const std::string_view rest = below.substr(cut);
    if (rest.find('/') == std::string_view::npos) names.emplace_back(rest);
  }
  return names;
}

Result<std::string> SnapshotFiles::read(std::string_view given, uint64_t limit) const {
  const std::string path = behind_links(given);
  const auto found = snapshot_.contents.find(path);
  if (found != snapshot_.contents.end()) {
    if (found->second.size() > limit) return fail_errno("read", path, EFBIG);
    return found->second;
  }
  const auto there = status(path);
  if (!there) return fail(there.error());
  return fail_errno("read", path, there->type == FileType::directory ? EINVAL : ENODATA);
}

Result<std::string> SnapshotFiles::link_target(std::string_view given) const {
  const std::string path = behind_links(given);
  const PathFacts* facts = snapshot_.paths.find(path);
  if (facts == nullptr) return fail_errno("read the link", path, ENODATA);
  if (facts->status.type != FileType::symlink) return fail_errno("read the link", path, EINVAL);
  return facts->target;
}

}  // namespace stockade::host
