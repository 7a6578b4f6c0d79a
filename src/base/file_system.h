// The files of a machine, seen through an interface, so that the same reader works on the live
// machine, on a copied tree, on a snapshot that another server sent, and on an example in a page.
//
// Paths are absolute, '/'-separated byte strings as the *audited* machine names them: under --root
// the implementation maps them, and nobody above ever sees the prefix.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade {

constexpr int kMaxLinks = 40;  // that one path leads through, as Linux: more is ELOOP

enum class FileType : uint8_t { regular, directory, symlink, fifo, socket, device, unknown };

struct FileStatus {
  FileType type = FileType::unknown;
  uint32_t mode = 0;  // permission bits with setuid, setgid, sticky: 07777
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint64_t size = 0;     // bytes
  int64_t modified = 0;  // seconds since the epoch, UTC
  uint64_t device = 0;
  uint64_t inode = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The whole content of a regular file. Never blocks on a FIFO and never reads a device: those
  // are errors with code EINVAL. A file above `limit` bytes is an error with code EFBIG.
  virtual Result<std::string> read(std::string_view path, uint64_t limit) const = 0;

  // The same, of a path that has no link in it: where one is met, the answer is ELOOP. For files
  // that somebody without rights may replace while a privileged reader looks at them.
  virtual Result<std::string> read_unlinked(std::string_view path, uint64_t limit) const;

  // The names in a directory without "." and "..", in byte order (strcmp), as httpd sorts them.
  virtual Result<std::vector<std::string>> list(std::string_view path) const = 0;

  // Of what the path leads to (stat), and of the path itself (lstat).
  virtual Result<FileStatus> status(std::string_view path) const = 0;
  virtual Result<FileStatus> link_status(std::string_view path) const = 0;

  // What a symbolic link holds, as written.
  virtual Result<std::string> link_target(std::string_view path) const = 0;
};

// "/a/b/../c//d" -> "/a/c/d", without looking at the disk.
std::string normal_path(std::string_view path);
// `path` if it is absolute, else base + "/" + path; normalised.
std::string absolute_path(std::string_view base, std::string_view path);
// "/a/b" -> "/a"; "/a" -> "/".
std::string_view parent_path(std::string_view path);
// "/a/b" -> "b".
std::string_view file_name(std::string_view path);
// Whether `path` is `directory` or lies below it; both normalised.
bool is_within(std::string_view path, std::string_view directory);

}  // namespace stockade
