#include "logs/follow/log_siblings.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <set>
#include <tuple>

#include "base/file_system.h"
#include "base/text.h"
#include "logs/record.h"

namespace stockade::logs {

namespace {

constexpr std::string_view kPackedEnds[] = {".gz", ".xz", ".zst"};

// ".1", "-20260101", ".2.gz", ".2026-01-01_10", ".old": what rotation makes of a log's name.
bool is_rotated_end(std::string_view end) {
  for (const std::string_view packed : kPackedEnds) {
    if (end.ends_with(packed)) end.remove_suffix(packed.size());
  }
  if (end == ".old" || end == ".bak") return true;
  if (end.size() < 2 || (end[0] != '.' && end[0] != '-' && end[0] != '_')) return false;
  for (const char c : end.substr(1)) {
    if (!is_digit(c) && c != '-' && c != '_' && c != '.' && c != 'T' && c != ':') return false;
  }
  return is_digit(end[1]);
}

// The name without what a packer adds to it; nothing where none has.
std::string_view unpacked_name(std::string_view name) {
  for (const std::string_view packed : kPackedEnds) {
    if (name.ends_with(packed)) return name.substr(0, name.size() - packed.size());
  }
  return {};
}

// The unpacked file from `offset` on.
std::unique_ptr<ByteSource> skipped_packed(const std::string& path, uint64_t offset) {
  auto source = ByteSource::open(path, false);
  if (!source) return nullptr;
  char buffer[kFrontLength];
  for (uint64_t at = 0; at < offset;) {
    const auto got = (*source)->read(buffer, std::min<uint64_t>(sizeof buffer, offset - at));
    if (!got || *got == 0) return nullptr;
    at += *got;
  }
  return std::move(*source);
}

// What a file, unpacked, begins with; nothing where it cannot be read.
std::string front_of(const std::string& path) {
  auto source = ByteSource::open(path, false);
  if (!source) return "";
  std::string front(kFrontLength, '\0');
  size_t have = 0;
  while (have < front.size()) {
    const auto got = (*source)->read(front.data() + have, front.size() - have);
    if (!got || *got == 0) break;
    have += *got;
  }
  front.resize(have);
  return front;
}

}  // namespace

int64_t modified_of(const struct stat& status) {
  return status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec / 1000;
}

int open_plain(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

std::vector<LogSibling> log_and_siblings(const std::string& log) {
  std::set<std::string> paths = {log};
  // A link's target rotates where it lies.
  char real[PATH_MAX];
  std::vector<std::string> names = {log};
  if (::realpath(log.c_str(), real) != nullptr && log != real) names.emplace_back(real);
  for (const std::string& name : names) {
    const std::string directory(parent_path(name));
    const std::string_view base = file_name(name);
    DIR* const open = ::opendir(directory.c_str());
    if (open == nullptr) continue;
    while (const dirent* entry = ::readdir(open)) {
      const std::string_view found(entry->d_name);
      if (found.starts_with(base) && is_rotated_end(found.substr(base.size()))) {
        paths.insert(directory + "/" + std::string(found));
      }
    }
    ::closedir(open);
  }
  std::vector<LogSibling> files;
  for (const std::string& path : paths) {
    LogSibling candidate;
    candidate.path = path;
    const std::string original(unpacked_name(path));
    candidate.packed = !original.empty();
    if (candidate.packed && paths.contains(original)) continue;
    candidate.is_log = path == log;
    if (::stat(path.c_str(), &candidate.status) != 0 || !S_ISREG(candidate.status.st_mode))
      continue;
    files.push_back(std::move(candidate));
  }
  std::stable_sort(files.begin(), files.end(), [](const LogSibling& a, const LogSibling& b) {
    if (a.is_log != b.is_log) return b.is_log;  // the log itself is the newest
    return modified_of(a.status) < modified_of(b.status);
  });
  return files;
}

bool are_same_files(const std::vector<LogSibling>& before, const std::vector<LogSibling>& after) {
  const auto names = [](const std::vector<LogSibling>& files) {
    std::set<std::tuple<std::string_view, dev_t, ino_t>> set;
    for (const LogSibling& file : files)
      set.emplace(file.path, file.status.st_dev, file.status.st_ino);
    return set;
  };
  return names(before) == names(after);
}

// Unpacks up to where the state stands and tells whether it is the same file; then the source goes
// on from there.
std::unique_ptr<ByteSource> resume_packed(const std::string& path, const LogFileState& state) {
  auto source = ByteSource::open(path, false);
  if (!source || !(*source)->is_packed()) return nullptr;
  std::string front, marker;
  uint64_t at = 0;
  char buffer[16 * 1024];
  while (at < state.offset || front.size() < state.front_length) {
    const uint64_t wanted = at < state.offset ? state.offset - at : state.front_length - at;
    const auto got = (*source)->read(buffer, std::min<uint64_t>(sizeof buffer, wanted));
    if (!got || *got == 0) return nullptr;
    if (front.size() < state.front_length) {
      front.append(buffer, std::min<size_t>(*got, state.front_length - front.size()));
    }
    marker.append(buffer, *got);
    if (marker.size() > 4 * kMarkerLength) marker.erase(0, marker.size() - kMarkerLength);
    at += *got;
  }
  if (lasting_hash(front) != state.front_hash) return nullptr;
  if (at > state.offset)
    return skipped_packed(path, state.offset);  // less was read than is compared
  const std::string_view tail = std::string_view(marker).substr(
      marker.size() - std::min<size_t>(marker.size(), state.marker_length));
  if (tail.size() != state.marker_length) return nullptr;
  if (state.marker_length > 0 && lasting_hash(tail) != state.marker_hash) return nullptr;
  return std::move(*source);
}

// Whether one file is a copy of the other, perhaps an unfinished one, or packed.
bool begins_alike(const std::string& path, int other) {
  const std::string front = front_of(path);
  char bytes[kFrontLength];
  const ssize_t have = pread(other, bytes, sizeof bytes, 0);
  const ssize_t both = std::min(have, static_cast<ssize_t>(front.size()));
  return both > 0 && std::memcmp(front.data(), bytes, static_cast<size_t>(both)) == 0;
}

// So that an unpacked file is known again.
bool remember_packed_front(const std::string& path, LogFileState& state) {
  const std::string front = front_of(path);
  state.front_length = static_cast<uint32_t>(front.size());
  state.front_hash = lasting_hash(front);
  return !front.empty();
}

}  // namespace stockade::logs
