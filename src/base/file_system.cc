#include "base/file_system.h"

#include <cerrno>

#include "base/text.h"

namespace stockade {

Result<std::string> FileSystem::read_unlinked(std::string_view path, uint64_t limit) const {
  const std::string normal = normal_path(path);
  for (std::string_view above = normal; above != "/"; above = parent_path(above)) {
    const auto status = link_status(above);
    if (!status) return fail(status.error());
    if (status->type == FileType::symlink) return fail_errno("read", normal, ELOOP);
  }
  return read(normal, limit);
}

std::string normal_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(part);
  }
  std::string result;
  for (std::string_view part : kept) {
    result += '/';
    result += part;
  }
  return result.empty() ? "/" : result;
}

std::string absolute_path(std::string_view base, std::string_view path) {
  if (!path.empty() && path.front() == '/') return normal_path(path);
  std::string joined(base);
  joined += '/';
  joined += path;
  return normal_path(joined);
}

std::string_view parent_path(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return "/";
  return path.substr(0, slash);
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_within(std::string_view path, std::string_view directory) {
  if (directory == "/") return !path.empty() && path.front() == '/';
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace stockade
