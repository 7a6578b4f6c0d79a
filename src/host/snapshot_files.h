// The files of the machine that a snapshot was taken of, as far as it recorded them. What it did
// not record is answered with ENODATA, never with ENOENT.
#pragma once

#include "base/file_system.h"
#include "host/snapshot.h"

namespace stockade::host {

class SnapshotFiles : public FileSystem {
 public:
  explicit SnapshotFiles(const Snapshot& snapshot) : snapshot_(snapshot) {}  // must outlive this

  Result<std::string> read(std::string_view path, uint64_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  Result<FileStatus> status(std::string_view path) const override;
  Result<FileStatus> link_status(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;

 private:
  // `path` with the links of its folders followed.
  std::string behind_links(std::string_view path) const;
  // Whether a walk that reached its end would have met it.
  bool would_be_known(std::string_view path) const;

  const Snapshot& snapshot_;
};

}  // namespace stockade::host
