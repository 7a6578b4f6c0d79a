#include "base/memory_file_system.h"

#include <cerrno>

#include "base/text.h"

namespace stockade {

namespace {}

void MemoryFileSystem::put(std::string_view path, MemoryFile file) {
  std::string normal = normal_path(path);
  if (normal != "/" && !files_.contains(parent_path(normal))) add_directory(parent_path(normal));
  files_.insert_or_assign(std::move(normal), std::move(file));
}

void MemoryFileSystem::add_file(std::string_view path, std::string_view content, uint32_t mode,
                                uint32_t uid, uint32_t gid) {
  MemoryFile file;
  file.status = {FileType::regular, mode, uid, gid, content.size(), 0, 0, 0};
  file.content = content;
  file.content_known = true;
  put(path, std::move(file));
}

void MemoryFileSystem::add_directory(std::string_view path, uint32_t mode, uint32_t uid,
                                     uint32_t gid) {
  MemoryFile directory;
  directory.status = {FileType::directory, mode, uid, gid, 0, 0, 0, 0};
  directory.listed = true;
  put(path, std::move(directory));
}

void MemoryFileSystem::add_link(std::string_view path, std::string_view target) {
  MemoryFile link;
  link.status = {FileType::symlink, 0777, 0, 0, target.size(), 0, 0, 0};
  link.target = target;
  put(path, std::move(link));
}

Result<const MemoryFile*> MemoryFileSystem::walk(std::string_view path, bool keep_last,
                                                 std::string* where) const {
  std::string rest = normal_path(path);
  std::string done;
  int links = 0;
  const auto root = files_.find("/");
  const MemoryFile* at = root == files_.end() ? nullptr : &root->second;
  while (rest != "/" && !rest.empty()) {
    const size_t end = rest.find('/', 1);
    const std::string name = done + rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end);
    const auto found = files_.find(name);
    if (found == files_.end()) return fail_errno("find", std::string(path), ENOENT);
    at = &found->second;
    const bool last = rest.empty();
    if (at->status.type == FileType::symlink && !(last && keep_last)) {
      if (++links > kMaxLinks) return fail_errno("follow", std::string(path), ELOOP);
      rest = absolute_path(parent_path(name), at->target) + rest;
      done.clear();
      continue;
    }
    if (!last && at->status.type != FileType::directory) {
      return fail_errno("find", std::string(path), ENOTDIR);
    }
    done = name;
  }
  if (at == nullptr) return fail_errno("find", std::string(path), ENOENT);
  if (where != nullptr) *where = done.empty() ? "/" : done;
  return at;
}

Result<std::string> MemoryFileSystem::read(std::string_view path, uint64_t limit) const {
  const auto file = walk(path, false, nullptr);
  if (!file) return fail(file.error());
  const MemoryFile& found = **file;
  if (found.error != 0) return fail_errno("read", std::string(path), found.error);
  if (found.status.type == FileType::directory) {
    return fail_errno("read", std::string(path), EISDIR);
  }
  if (found.status.type != FileType::regular) {
    return fail({"read", std::string(path), "not a regular file", "", EINVAL});
  }
  if (!found.content_known) {
    return fail({"read", std::string(path), "its content is not part of the snapshot", "", EACCES});
  }
  if (found.content.size() > limit) return fail_errno("read", std::string(path), EFBIG);
  return found.content;
}

Result<std::vector<std::string>> MemoryFileSystem::list(std::string_view path) const {
  std::string where;
  const auto directory = walk(path, false, &where);
  if (!directory) return fail(directory.error());
  if ((*directory)->error != 0) return fail_errno("list", std::string(path), (*directory)->error);
  if ((*directory)->status.type != FileType::directory) {
    return fail_errno("list", std::string(path), ENOTDIR);
  }
  if (!(*directory)->listed) {
    return fail(
        {"list", std::string(path), "its entries are not part of the snapshot", "", EACCES});
  }
  const std::string prefix = where == "/" ? "/" : where + "/";
  std::vector<std::string> names;
  for (auto entry = files_.upper_bound(prefix);
       entry != files_.end() && entry->first.starts_with(prefix); ++entry) {
    const std::string_view name = std::string_view(entry->first).substr(prefix.size());
    if (name.find('/') == std::string_view::npos) names.emplace_back(name);
  }
  return names;
}

Result<FileStatus> MemoryFileSystem::status(std::string_view path) const {
  const auto file = walk(path, false, nullptr);
  if (!file) return fail(file.error());
  return (*file)->status;
}

Result<FileStatus> MemoryFileSystem::link_status(std::string_view path) const {
  const auto file = walk(path, true, nullptr);
  if (!file) return fail(file.error());
  return (*file)->status;
}

Result<std::string> MemoryFileSystem::link_target(std::string_view path) const {
  const auto link = walk(path, true, nullptr);
  if (!link) return fail(link.error());
  if ((*link)->status.type != FileType::symlink) {
    return fail_errno("read the link", std::string(path), EINVAL);
  }
  return (*link)->target;
}

}  // namespace stockade
