#include "logs/follow/followed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "logs/scan/line_chunks.h"

namespace stockade::logs {

namespace {

constexpr size_t kReadSize = 256 * 1024;

}  // namespace

FollowedFile::~FollowedFile() {
  if (descriptor >= 0) ::close(descriptor);
}

std::unique_ptr<FollowedFile> resume(const LogFileState& state, Search how,
                                     std::vector<LogSibling>& files, Micros now) {
  // Of several copies with the same short front the newest is meant.
  for (size_t i = files.size(); i-- > 0;) {
    LogSibling& file = files[i];
    const bool same = file.status.st_ino == state.inode && file.status.st_dev == state.device;
    if (file.used || file.packed != (how == Search::packed)) continue;
    if (how == Search::by_inode && !same) continue;
    // Of a file that was empty nothing is known but its inode, which may be another's by now.
    if (state.front_length == 0 && !(how == Search::by_inode && file.is_log)) continue;
    // Nothing was given out of it: it is found among the unknown ones, and read whole.
    if (state.offset == 0 && !state.skipping && how != Search::by_inode) continue;
    auto source = std::make_unique<FollowedFile>();
    source->state = state;
    source->grown = now;
    source->back_fill = true;
    if (file.packed) {
      source->packed = resume_packed(file.path, state);
      if (source->packed == nullptr) continue;
      (void)remember_packed_front(file.path, source->state);
    } else {
      source->descriptor = open_plain(file.path);
      if (source->descriptor < 0 || !is_same_content(source->descriptor, state) ||
          !extend_front(source->descriptor, source->state))
        continue;
    }
    // While it is open, no other file can have its inode.
    source->state.device = file.status.st_dev;
    source->state.inode = file.status.st_ino;
    file.used = true;
    source->is_log = file.is_log;
    source->may_grow = !file.packed;
    return source;
  }
  return nullptr;
}

// Gives out the whole lines of `bytes`, which begin where the source stands; how many bytes that
// were. `last`: nothing will follow, so a line without an end is one too.
size_t FollowedFile::deliver(std::string_view bytes, bool last, FollowCounts& counts,
                             const OnLine& on_line) {
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t end = bytes.find('\n', at);
    if (state.skipping) {
      if (end == std::string_view::npos) return bytes.size();
      state.skipping = false;
      at = end + 1;
      continue;
    }
    std::string_view line = bytes.substr(at, end == std::string_view::npos ? end : end - at);
    if (end == std::string_view::npos) {
      if (line.size() >= kMostLine) {
        state.skipping = true;
        ++counts.cut_lines;
      } else if (!last) {
        return at;
      }
    }
    if (line.size() > kMostLine) {
      line = line.substr(0, kMostLine);
      if (end != std::string_view::npos) ++counts.cut_lines;
    }
    at = end == std::string_view::npos ? bytes.size() : end + 1;
    ++state.lines;
    const size_t zeros = std::min(line.find_first_not_of('\0'), line.size());
    counts.zero_bytes += zeros;
    line.remove_prefix(zeros);
    if (zeros > 0 && line.empty()) continue;
    ++counts.lines;
    on_line(line, {state.lines, back_fill});
  }
  return at;
}

// One piece of an unpacked file; finished at its end.
size_t FollowedFile::read_packed(std::string& buffer, FollowCounts& counts, const OnLine& on_line) {
  std::memcpy(buffer.data(), carry.data(), carry.size());
  size_t have = carry.size();
  const auto got = packed->read(buffer.data() + have, buffer.size() - have);
  if (!got) problem = got.error().message();
  if (got) have += *got;
  state.finished = !got || *got == 0;
  const size_t used =
      deliver(std::string_view(buffer).substr(0, have), state.finished, counts, on_line);
  carry.assign(buffer, used, have - used);
  state.offset += used;
  if (used > 0) set_marker(state, std::string_view(buffer).substr(0, used));
  return used;
}

// What the file holds from its marker on, as much as the buffer takes. Nothing where it cannot be
// read, or holds other content: it was cut since the last look, and the next one sees to it.
std::optional<std::string_view> FollowedFile::from_marker(std::string& buffer) {
  const uint64_t from = state.offset - state.marker_length;
  const ssize_t got = pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(from));
  if (got < 0) problem = std::strerror(errno);
  if (got < static_cast<ssize_t>(state.marker_length)) return std::nullopt;
  const std::string_view bytes(buffer.data(), static_cast<size_t>(got));
  const std::string_view marker = bytes.substr(0, state.marker_length);
  if (!marker.empty() && lasting_hash(marker) != state.marker_hash) return std::nullopt;
  if (!extend_front(descriptor, state, from, bytes)) return std::nullopt;
  problem.clear();
  return bytes;
}

// One piece of a plain file; how many of its bytes were lines.
std::optional<size_t> FollowedFile::read_plain(std::string& buffer, bool last, FollowCounts& counts,
                                               const OnLine& on_line) {
  const auto bytes = from_marker(buffer);
  if (!bytes) return std::nullopt;
  const size_t before = state.marker_length;
  const size_t used = deliver(bytes->substr(before), last, counts, on_line);
  state.offset += used;
  set_marker(state, bytes->substr(0, before + used));
  return used;
}

uint64_t FollowedFile::read(uint64_t budget, Micros now, FollowCounts& counts,
                            const OnLine& on_line) {
  std::string buffer(kReadSize, '\0');
  uint64_t taken = 0;
  at_end = false;
  while (taken < budget && !state.finished) {
    if (packed != nullptr) {
      taken += read_packed(buffer, counts, on_line);
      continue;
    }
    const auto used = read_plain(buffer, false, counts, on_line);
    if (!used) break;
    taken += *used;
    if (*used > 0) {
      grown = now;
      continue;
    }
    at_end = true;
    if (!may_grow) read_tail(counts, on_line);  // a copy ends where it ends
    break;
  }
  return taken;
}

void FollowedFile::read_tail(FollowCounts& counts, const OnLine& on_line) {
  std::string buffer(kMarkerLength + kMostLine, '\0');
  if (read_plain(buffer, true, counts, on_line)) state.finished = true;
}

}  // namespace stockade::logs
