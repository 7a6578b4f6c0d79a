// The real file system, or a copied tree of another machine.
#pragma once

#include <string>

#include "base/file_system.h"

namespace stockade {

// Paths as they are.
class LiveFileSystem : public FileSystem {
 public:
  Result<std::string> read(std::string_view path, uint64_t limit) const override;
  Result<std::string> read_unlinked(std::string_view path, uint64_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  Result<FileStatus> status(std::string_view path) const override;
  Result<FileStatus> link_status(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;
};

// A tree below `directory`: "/etc/apache2/x" is read from "<directory>/etc/apache2/x". Where the
// copy is of one folder only, `mounted_at` names the place it came from ("/etc/apache2"): then
// "/etc/apache2/x" is "<directory>/x" and everything else does not exist. Symbolic links are
// followed inside the tree only: an absolute one starts at the tree's own root.
class CopiedTree : public FileSystem {
 public:
  explicit CopiedTree(std::string directory, std::string_view mounted_at = "/");

  Result<std::string> read(std::string_view path, uint64_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  Result<FileStatus> status(std::string_view path) const override;
  Result<FileStatus> link_status(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;

 private:
  Result<std::string> resolve(std::string_view path, bool keep_last) const;
  Result<std::string> outside(std::string_view path) const;

  LiveFileSystem live_;
  std::string directory_;
  std::string mounted_at_;
};

}  // namespace stockade
