// A log and the files beside it that were it once: renamed, copied or compressed by rotation.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "base/byte_source.h"
#include "logs/follow/log_file_state.h"

namespace stockade::logs {

struct LogSibling {
  std::string path;
  struct stat status{};
  bool packed = false;
  bool is_log = false;  // the log itself, under its own name
  bool used = false;    // somebody reads it already
};

// The oldest first, the log itself last. Of a link both folders are looked at. A packed file whose
// original still stands beside it is being made, and left out: the original says it all.
std::vector<LogSibling> log_and_siblings(const std::string& path);
// Whether every name stands for the file that it stood for before.
bool are_same_files(const std::vector<LogSibling>& before, const std::vector<LogSibling>& after);

int64_t modified_of(const struct stat& status);  // microseconds
int open_plain(const std::string& path);         // a descriptor, or -1
// Whether the file's content begins like that of an open one: a copy, perhaps unfinished or packed.
bool begins_alike(const std::string& path, int other);
// So that an unpacked file is known again; false where nothing can be read.
bool remember_packed_front(const std::string& path, LogFileState& state);
// A packed file from where the state stands, where it is the same file; else null.
std::unique_ptr<ByteSource> resume_packed(const std::string& path, const LogFileState& state);

}  // namespace stockade::logs
