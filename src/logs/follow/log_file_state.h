// How far one file of a log was read, and how to know it again: after a rename, a copy, a
// compression, or when its inode was given to another file.
//
// Known by device and inode, by a hash of its first bytes (as many as it had, 1 KiB at most), and
// by a hash of the bytes right before the place that was reached. All have to agree.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::logs {

struct LogFileState {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t offset = 0;  // the front of the next line, in bytes of the unpacked file
  uint64_t lines = 0;   // before it
  uint64_t front_hash = 0;
  uint64_t marker_hash = 0;
  uint32_t front_length = 0;   // bytes that front_hash is of
  uint32_t marker_length = 0;  // bytes before `offset` that marker_hash is of
  bool skipping = false;       // inside a line that was cut
  bool finished = false;       // rotated away, and read to its end
  int64_t ended = 0;           // when it was finished, in microseconds

  bool operator==(const LogFileState&) const = default;
};

constexpr uint32_t kFrontLength = 1024, kMarkerLength = 256;

// The same on every run, unlike hash_of: FNV-1a, 64 bits.
uint64_t lasting_hash(std::string_view bytes);

// Whether an open, unpacked file is the one of `state`. A network's file system that does not
// answer says nothing about it.
enum class Sameness : uint8_t { same, other, unreadable };
Sameness front_sameness(int descriptor, const LogFileState& state);
Sameness content_sameness(int descriptor, const LogFileState& state);  // front and marker
inline bool has_same_front(int descriptor, const LogFileState& state) {
  return front_sameness(descriptor, state) == Sameness::same;
}
inline bool is_same_content(int descriptor, const LogFileState& state) {
  return content_sameness(descriptor, state) == Sameness::same;
}

// The file may be cut and written anew between any two reads of it, so what is remembered of it is
// only ever added to where all that was known still holds.
//
// Takes more of the front, where the file begins with what is known of it, and holds `bytes` at
// `offset`: they were read before, and belong to the same content then. False: they do not.
bool extend_front(int descriptor, LogFileState& state, uint64_t offset, std::string_view bytes);
inline bool extend_front(int descriptor, LogFileState& state) {
  return extend_front(descriptor, state, 0, {});
}
// `before`: what stands before the state's offset, the marker's length at least.
void set_marker(LogFileState& state, std::string_view before);

// All that is known of a log.
struct FollowState {
  // When all that was there had been read, in microseconds: what was written after it is new.
  int64_t looked = 0;
  std::vector<LogFileState> files;  // those that are read, and those that were and may be met again
};
std::string to_text(const FollowState& state);
FollowState follow_state_from_text(std::string_view text);

}  // namespace stockade::logs
