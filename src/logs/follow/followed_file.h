// One file of a log that is being read, from where its state stands to its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_source.h"
#include "logs/follow/log_file_state.h"
#include "logs/follow/log_siblings.h"
#include "logs/record.h"

namespace stockade::logs {

struct LineOrigin {
  uint64_t number = 0;     // in its file; 1 is the first
  bool back_fill = false;  // was written while nobody followed: counted, nobody is banned for it
};
using OnLine = std::function<void(std::string_view, const LineOrigin&)>;

struct FollowCounts {
  uint64_t lines = 0;
  uint64_t rotations = 0;
  uint64_t truncations = 0;
  uint64_t cut_lines = 0;
  uint64_t zero_bytes = 0;
  uint64_t gaps = 0;  // files whose unread rest could not be found again
};

struct FollowedFile {
  int descriptor = -1;                 // of a plain file
  std::unique_ptr<ByteSource> packed;  // of a compressed one
  std::string carry;                   // ... what was unpacked and not given out
  LogFileState state;
  bool is_log = false;   // it still has the log's own name
  bool may_grow = true;  // a writer may hold it
  bool back_fill = false;
  bool at_end = false;  // the last read found no further line
  Micros grown = 0;     // when it last had something new
  std::string problem;  // why it could not be read to its end

  FollowedFile() = default;
  ~FollowedFile();
  FollowedFile(const FollowedFile&) = delete;
  FollowedFile& operator=(const FollowedFile&) = delete;

  // Gives out whole lines, `budget` bytes at most; how many bytes that were. A file that cannot
  // grow is finished at its end.
  uint64_t read(uint64_t budget, Micros now, FollowCounts& counts, const OnLine& on_line);
  // Its writer is gone: what it left without an end of line is its last line, and it is finished.
  void read_tail(FollowCounts& counts, const OnLine& on_line);

 private:
  size_t deliver(std::string_view bytes, bool last, FollowCounts& counts, const OnLine& on_line);
  std::optional<std::string_view> from_marker(std::string& buffer);
  std::optional<size_t> read_plain(std::string& buffer, bool last, FollowCounts& counts,
                                   const OnLine& on_line);
  size_t read_packed(std::string& buffer, FollowCounts& counts, const OnLine& on_line);
};

enum class Search : uint8_t { by_inode, copy, packed };
// Takes a file of the store up again, under whatever name it has now: one of those that are left in
// `files`, by its inode, or as a copy of it, or compressed. Null where there is none.
std::unique_ptr<FollowedFile> resume(const LogFileState& state, Search how,
                                     std::vector<LogSibling>& files, Micros now);

}  // namespace stockade::logs
