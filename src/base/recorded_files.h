// What somebody asked of a file system and was answered, so that the same questions can be asked
// again elsewhere and get the same answers.
#pragma once

#include <map>
#include <string>

#include "base/file_system.h"

namespace stockade {

// By the path that was asked for, as it was written.
struct RecordedFiles {
  template <class T>
  using Answers = std::map<std::string, Result<T>, std::less<>>;

  Answers<std::string> contents;
  Answers<std::vector<std::string>> entries;
  Answers<FileStatus> statuses;       // of status()
  Answers<FileStatus> link_statuses;  // of link_status()
  Answers<std::string> link_targets;
};

// Passes each question on and keeps the answer. Not for several threads at once.
class RecordingFileSystem : public FileSystem {
 public:
  // Both must outlive this.
  RecordingFileSystem(const FileSystem& files, RecordedFiles& record)
      : files_(files), record_(record) {}

  Result<std::string> read(std::string_view path, uint64_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  Result<FileStatus> status(std::string_view path) const override;
  Result<FileStatus> link_status(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;

 private:
  const FileSystem& files_;
  RecordedFiles& record_;
};

// Answers as recorded; what was not asked then does not exist now (ENOENT).
class ReplayedFileSystem : public FileSystem {
 public:
  explicit ReplayedFileSystem(const RecordedFiles& record) : record_(record) {}

  Result<std::string> read(std::string_view path, uint64_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  Result<FileStatus> status(std::string_view path) const override;
  Result<FileStatus> link_status(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;

 private:
  const RecordedFiles& record_;
};

}  // namespace stockade
