// A file system that is a plain value: the files of a rule's example, and what a snapshot recorded.
#pragma once

#include <map>
#include <string>

#include "base/file_system.h"

namespace stockade {

struct MemoryFile {
  FileStatus status;
  std::string content;  // of a regular file whose content is known
  bool content_known = false;
  std::string target;   // of a symbolic link
  bool listed = false;  // of a directory: all its entries are known
  int error = 0;        // errno that the machine answered instead, e.g. EACCES; 0 = none
};

class MemoryFileSystem : public FileSystem {
 public:
  // Adds a file and, where they are missing, its parent directories (root:root 0755).
  void add_file(std::string_view path, std::string_view content, uint32_t mode = 0644,
                uint32_t uid = 0, uint32_t gid = 0);
  void add_directory(std::string_view path, uint32_t mode = 0755, uint32_t uid = 0,
                     uint32_t gid = 0);
  void add_link(std::string_view path, std::string_view target);
  void put(std::string_view path, MemoryFile file);

  Result<std::string> read(std::string_view path, uint64_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  Result<FileStatus> status(std::string_view path) const override;
  Result<FileStatus> link_status(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;

  const std::map<std::string, MemoryFile, std::less<>>& files() const { return files_; }

 private:
  // The entry that `path` leads to after following links in every segment; the last one too
  // unless `keep_last` is set.
  Result<const MemoryFile*> walk(std::string_view path, bool keep_last, std::string* where) const;

  std::map<std::string, MemoryFile, std::less<>> files_;
};

}  // namespace stockade
