#include "logs/follow/log_file_state.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/text.h"

namespace stockade::logs {

namespace {

// Up to `length` bytes at `offset`; nothing where they cannot be read.
std::optional<std::string> bytes_at(int descriptor, uint64_t offset, size_t length) {
  std::string bytes(length, '\0');
  size_t have = 0;
  while (have < length) {
    const ssize_t got =
        pread(descriptor, bytes.data() + have, length - have, static_cast<off_t>(offset + have));
    // The server of a network's file system has removed it: there is nothing more to wait for.
    if (got < 0 && errno == ESTALE) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Sameness shows(int descriptor, uint64_t offset, uint32_t length, uint64_t hash) {
  if (length == 0) return Sameness::same;  // nothing is known, so nothing differs
  const auto bytes = bytes_at(descriptor, offset, length);
  if (!bytes) return Sameness::unreadable;
  return bytes->size() == length && lasting_hash(*bytes) == hash ? Sameness::same : Sameness::other;
}

// Whether `front`, a file's first bytes, has what was read at `offset`, as far as it reaches.
bool agrees(std::string_view front, uint64_t offset, std::string_view bytes) {
  if (offset >= kFrontLength) return true;
  const size_t both = std::min<size_t>(bytes.size(), kFrontLength - offset);
  return front.size() >= offset + both &&
         front.substr(static_cast<size_t>(offset), both) == bytes.substr(0, both);
}

}  // namespace

uint64_t lasting_hash(std::string_view bytes) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3;
  return hash;
}

Sameness front_sameness(int descriptor, const LogFileState& state) {
  return shows(descriptor, 0, state.front_length, state.front_hash);
}

Sameness content_sameness(int descriptor, const LogFileState& state) {
  if (state.offset < state.marker_length) return Sameness::other;
  const Sameness marker =
      shows(descriptor, state.offset - state.marker_length, state.marker_length, state.marker_hash);
  // The front last: it tells of the marker, too, that it was read before any cut.
  return marker == Sameness::same ? front_sameness(descriptor, state) : marker;
}

bool extend_front(int descriptor, LogFileState& state, uint64_t offset, std::string_view bytes) {
  const auto front = bytes_at(descriptor, 0, kFrontLength);
  if (!front || front->size() < state.front_length || !agrees(*front, offset, bytes)) return false;
  const std::string_view known = std::string_view(*front).substr(0, state.front_length);
  if (!known.empty() && lasting_hash(known) != state.front_hash) return false;
  state.front_length = static_cast<uint32_t>(front->size());
  state.front_hash = lasting_hash(*front);
  return true;
}

void set_marker(LogFileState& state, std::string_view before) {
  const size_t length = std::min<size_t>(before.size(), kMarkerLength);
  state.marker_length = static_cast<uint32_t>(length);
  state.marker_hash = lasting_hash(before.substr(before.size() - length));
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
