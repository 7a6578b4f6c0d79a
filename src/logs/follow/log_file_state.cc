#include "logs/follow/log_file_state.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"

namespace stockade::logs {

namespace {

// Up to `length` bytes at `offset`.
std::string bytes_at(int descriptor, uint64_t offset, size_t length) {
  std::string bytes(length, '\0');
  size_t have = 0;
  while (have < length) {
    const ssize_t got =
        pread(descriptor, bytes.data() + have, length - have, static_cast<off_t>(offset + have));
    if (got <= 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

bool shows(int descriptor, uint64_t offset, uint32_t length, uint64_t hash) {
  if (length == 0) return true;  // nothing is known, so nothing differs
  const std::string bytes = bytes_at(descriptor, offset, length);
  return bytes.size() == length && lasting_hash(bytes) == hash;
}

}  // namespace

uint64_t lasting_hash(std::string_view bytes) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3;
  return hash;
}

bool has_same_front(int descriptor, const LogFileState& state) {
  return shows(descriptor, 0, state.front_length, state.front_hash);
}

bool is_same_content(int descriptor, const LogFileState& state) {
  return has_same_front(descriptor, state) && state.offset >= state.marker_length &&
         shows(descriptor, state.offset - state.marker_length, state.marker_length,
               state.marker_hash);
}

void remember_front(int descriptor, LogFileState& state) {
  if (state.front_length == kFrontLength) return;
  const std::string bytes = bytes_at(descriptor, 0, kFrontLength);
  state.front_length = static_cast<uint32_t>(bytes.size());
  state.front_hash = lasting_hash(bytes);
}

void remember_marker(int descriptor, LogFileState& state) {
  const auto length = static_cast<uint32_t>(std::min<uint64_t>(kMarkerLength, state.offset));
  const std::string bytes = bytes_at(descriptor, state.offset - length, length);
  state.marker_length = static_cast<uint32_t>(bytes.size());
  state.marker_hash = lasting_hash(bytes);
}

std::string to_text(const FollowState& state) {
  std::string text = fmt::format("looked {}\n", state.looked);
  for (const LogFileState& s : state.files) {
    text += fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", s.device, s.inode, s.offset, s.lines,
                        s.front_hash, s.marker_hash, s.front_length, s.marker_length,
                        s.skipping ? 1 : 0, s.finished ? 1 : 0, s.ended);
  }
  return text;
}

FollowState follow_state_from_text(std::string_view text) {
  FollowState state;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("looked ")) {
      state.looked = parse_number(line.substr(7)).value_or(0);
      continue;
    }
    uint64_t values[11] = {};
    size_t count = 0;
    for (const std::string_view word : split_words(line)) {
      if (count == std::size(values)) break;
      uint64_t value = 0;
      for (const char c : word) value = value * 10 + static_cast<uint64_t>(c - '0');
      values[count++] = value;
    }
    if (count != std::size(values)) continue;
    LogFileState s;
    s.device = values[0];
    s.inode = values[1];
    s.offset = values[2];
    s.lines = values[3];
    s.front_hash = values[4];
    s.marker_hash = values[5];
    s.front_length = static_cast<uint32_t>(values[6]);
    s.marker_length = static_cast<uint32_t>(values[7]);
    s.skipping = values[8] != 0;
    s.finished = values[9] != 0;
    s.ended = static_cast<int64_t>(values[10]);
    state.files.push_back(s);
  }
  return state;
}

}  // namespace stockade::logs
