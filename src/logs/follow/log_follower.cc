#include "logs/follow/log_follower.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <set>

#include "base/file_system.h"
#include "base/text.h"
#include "logs/scan/line_chunks.h"

namespace stockade::logs {

namespace {

constexpr size_t kReadSize = 256 * 1024;
constexpr size_t kFinishedKept = 16;
// The kernel's stamps of files lag behind its clock by a few milliseconds.
constexpr Micros kStampLag = 2 * kSecond;

int64_t modified_of(const struct stat& status) {
  return status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec / 1000;
}

// ".1", "-20260101", ".2.gz", ".2026-01-01_10", ".old": what rotation makes of a log's name.
bool is_rotated_end(std::string_view end) {
  for (const std::string_view packed : {".gz", ".xz", ".zst"}) {
    if (end.ends_with(packed)) end.remove_suffix(packed.size());
  }
  if (end == ".old" || end == ".bak") return true;
  if (end.size() < 2 || (end[0] != '.' && end[0] != '-' && end[0] != '_')) return false;
  for (const char c : end.substr(1)) {
    if (!is_digit(c) && c != '-' && c != '_' && c != '.' && c != 'T' && c != ':') return false;
  }
  return is_digit(end[1]);
}

bool is_packed_name(std::string_view name) {
  return name.ends_with(".gz") || name.ends_with(".xz") || name.ends_with(".zst");
}

}  // namespace

// One file that is being read.
struct LogFollower::Source {
  int descriptor = -1;                 // of a plain file
  std::unique_ptr<ByteSource> packed;  // of a compressed one
  std::string carry;                   // of a compressed one: what was unpacked and not delivered
  LogFileState state;
  bool is_log = false;   // it still has the log's own name
  bool may_grow = true;  // a writer may hold it
  bool back_fill = false;
  Micros grown = 0;  // when it last had something new
  ~Source() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

// A file beside the log that may be a former one.
struct LogFollower::Candidate {
  std::string path;
  struct stat status{};
  bool packed = false;
  bool is_log = false;
  bool used = false;
};

LogFollower::LogFollower(std::string path, std::vector<LogFileState> known, Options options)
    : path_(std::move(path)), options_(options), known_(std::move(known)) {
  for (const LogFileState& state : known_) last_poll_ = std::max(last_poll_, state.modified);
}

LogFollower::~LogFollower() = default;

std::vector<LogFollower::Candidate> LogFollower::candidates() const {
  std::set<std::string> paths = {path_};
  // A link's target rotates where it lies.
  char real[PATH_MAX];
  std::vector<std::string> names = {path_};
  if (::realpath(path_.c_str(), real) != nullptr && path_ != real) names.emplace_back(real);
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
  std::vector<Candidate> files;
  for (const std::string& path : paths) {
    Candidate candidate;
    candidate.path = path;
    candidate.packed = is_packed_name(path);
    candidate.is_log = path == path_;
    if (::stat(path.c_str(), &candidate.status) != 0 || !S_ISREG(candidate.status.st_mode))
      continue;
    files.push_back(std::move(candidate));
  }
  std::stable_sort(files.begin(), files.end(), [](const Candidate& a, const Candidate& b) {
    if (a.is_log != b.is_log) return b.is_log;  // the log itself is the newest
    return modified_of(a.status) < modified_of(b.status);
  });
  return files;
}

namespace {

int open_plain(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
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

}  // namespace

// Takes a file of the store up again, under whatever name it has now: one of those that are left in
// `files`, by its inode, or as a copy of it, or compressed.
std::unique_ptr<LogFollower::Source> LogFollower::resume(const LogFileState& state, Search how,
                                                         std::vector<Candidate>& files,
                                                         Micros now) {
  // Of several copies with the same short front the newest is meant.
  for (size_t i = files.size(); i-- > 0;) {
    Candidate& file = files[i];
    const bool same = file.status.st_ino == state.inode && file.status.st_dev == state.device;
    if (file.used || file.packed != (how == Search::packed)) continue;
    if (how == Search::by_inode && !same) continue;
    // Of a file that was empty nothing is known but its inode, which may be another's by now.
    if (state.front_length == 0 && !(how == Search::by_inode && file.is_log)) continue;
    // Nothing was given out of it: it is found among the unknown ones, and read whole.
    if (state.offset == 0 && !state.skipping && how != Search::by_inode) continue;
    auto source = std::make_unique<Source>();
    source->state = state;
    source->grown = now;
    source->back_fill = true;
    if (file.packed) {
      source->packed = resume_packed(file.path, state);
      if (source->packed == nullptr) continue;
      (void)remember_packed_front(file.path, source->state);
    } else {
      source->descriptor = open_plain(file.path);
      if (source->descriptor < 0 || !is_same_content(source->descriptor, state)) continue;
      remember_front(source->descriptor, source->state);
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

bool LogFollower::is_known(const Candidate& candidate) const {
  const auto matches = [&](const LogFileState& state) {
    if (candidate.packed) {
      if (state.front_length == 0) return false;
      LogFileState front = state;
      front.offset = state.front_length;
      front.marker_length = 0;
      return resume_packed(candidate.path, front) != nullptr;
    }
    const bool same =
        candidate.status.st_ino == state.inode && candidate.status.st_dev == state.device;
    // A short front tells little: a copy of a finished file has its very length.
    const auto size = static_cast<uint64_t>(candidate.status.st_size);
    const bool may_be_copy =
        state.front_length == kFrontLength || (state.front_length > 0 && size == state.offset);
    // An inode whose file is gone is given to another.
    if (!may_be_copy && (!same || state.finished)) return false;
    const int descriptor = open_plain(candidate.path);
    if (descriptor < 0) return true;  // not readable: nothing to read
    const bool front = has_same_front(descriptor, state);
    ::close(descriptor);
    return front;
  };
  for (const auto& source : sources_) {
    if (matches(source->state)) return true;
    if (source->descriptor >= 0 && begins_alike(candidate.path, source->descriptor)) return true;
  }
  return std::any_of(finished_.begin(), finished_.end(), matches);
}

// Former files that nobody has read: they were written and renamed between two looks.
void LogFollower::open_unknown(Micros now, int64_t since) {
  for (Candidate& file : candidates()) {
    if (file.is_log || file.status.st_size == 0 || modified_of(file.status) < since) continue;
    if (is_known(file)) continue;
    auto source = std::make_unique<Source>();
    source->grown = now;
    source->back_fill = true;
    source->may_grow = !file.packed;
    source->state.device = file.status.st_dev;
    source->state.inode = file.status.st_ino;
    if (file.packed) {
      if (!remember_packed_front(file.path, source->state)) continue;
      auto opened = ByteSource::open(file.path, false);
      if (!opened) continue;
      source->packed = std::move(*opened);
    } else {
      source->descriptor = open_plain(file.path);
      if (source->descriptor < 0) continue;
      remember_front(source->descriptor, source->state);
    }
    // The log itself stays the last.
    const bool has_log = !sources_.empty() && sources_.back()->is_log;
    sources_.insert(sources_.end() - (has_log ? 1 : 0), std::move(source));
  }
}

bool LogFollower::open_current(Micros now, bool from_end) {
  const int descriptor = open_plain(path_);
  struct stat status{};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    problem_ = descriptor < 0 ? std::string(path_) + ": " + std::strerror(errno)
                              : path_ + " is no regular file";
    if (descriptor >= 0) ::close(descriptor);
    return false;
  }
  auto source = std::make_unique<Source>();
  source->descriptor = descriptor;
  source->is_log = true;
  source->grown = now;
  source->state.device = status.st_dev;
  source->state.inode = status.st_ino;
  remember_front(descriptor, source->state);
  if (from_end) {
    source->state.offset = static_cast<uint64_t>(status.st_size);
    source->state.skipping = status.st_size > 0;
    char last = '\n';
    if (status.st_size > 0 && pread(descriptor, &last, 1, status.st_size - 1) == 1 &&
        last == '\n') {
      source->state.skipping = false;
    }
    remember_marker(descriptor, source->state);
  }
  sources_.push_back(std::move(source));
  return true;
}

// The first look: where the store says that reading ended, and what came after.
void LogFollower::find_again(Micros now) {
  started_ = true;
  std::vector<Candidate> files = candidates();
  const bool first_time = known_.empty();
  std::vector<LogFileState> open;
  for (const LogFileState& state : known_) (state.finished ? finished_ : open).push_back(state);
  std::vector<std::unique_ptr<Source>> found(open.size());
  for (const Search how : {Search::by_inode, Search::copy, Search::packed}) {
    for (size_t i = 0; i < open.size(); ++i) {
      if (found[i] == nullptr) found[i] = resume(open[i], how, files, now);
    }
  }
  for (size_t i = 0; i < open.size(); ++i) {
    if (found[i] != nullptr) {
      sources_.push_back(std::move(found[i]));
    } else if (open[i].offset > 0) {  // of one that nothing was given out of, nothing is missing
      ++counts_.gaps;
      open[i].finished = true;
      finished_.push_back(open[i]);
    }
  }
  if (!first_time) open_unknown(now, last_poll_ - kStampLag);
  const bool has_log =
      std::any_of(sources_.begin(), sources_.end(), [](const auto& s) { return s->is_log; });
  if (!has_log) {
    if (open_current(now, first_time && options_.from_end)) sources_.back()->back_fill = true;
  } else if (!sources_.back()->is_log) {
    const auto log =
        std::find_if(sources_.begin(), sources_.end(), [](const auto& s) { return s->is_log; });
    std::rotate(log, log + 1, sources_.end());
  }
  known_.clear();
}

void LogFollower::look_for_rotation(Micros now) {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    problem_ = path_ + ": " + std::strerror(errno);
    return;
  }
  problem_.clear();
  modified_ = modified_of(status);
  Source* const log =
      !sources_.empty() && sources_.back()->is_log ? sources_.back().get() : nullptr;
  if (log != nullptr && log->state.inode == status.st_ino && log->state.device == status.st_dev)
    return;
  if (log != nullptr) {
    log->is_log = false;
    log->grown = now;
    // It may have grown since: known by more bytes, it is not taken for another.
    remember_front(log->descriptor, log->state);
    ++counts_.rotations;
    open_unknown(now, last_poll_ - kStampLag);
    for (const auto& source : sources_) {
      if (source.get() != log && source->state.offset == 0) source->back_fill = false;
    }
  }
  open_current(now, false);
}

// A file that appears beside the log may hold what was written and cut away since the last look.
void LogFollower::look_beside(Micros now) {
  struct stat status{};
  if (::stat(std::string(parent_path(path_)).c_str(), &status) != 0) return;
  const int64_t changed = modified_of(status);
  if (changed == beside_ && now - beside_seen_ > kStampLag) return;
  if (changed != beside_) beside_seen_ = now;
  beside_ = changed;
  open_unknown(now, last_poll_ - kStampLag);
}

// The same file, shorter than what was read of it, or with other bytes before that place: it was
// cut to nothing, and what was not read yet is in a copy.
bool LogFollower::look_for_truncation(size_t index, Micros now) {
  Source& source = *sources_[index];
  if (source.descriptor < 0 || is_same_content(source.descriptor, source.state)) return false;
  ++counts_.truncations;
  std::vector<Candidate> files = candidates();
  for (Candidate& file : files) {
    file.used =
        file.is_log || std::any_of(sources_.begin(), sources_.end(), [&](const auto& other) {
          return other->state.inode == file.status.st_ino &&
                 other->state.device == file.status.st_dev;
        });
  }
  std::unique_ptr<Source> rest;
  for (const Search how : {Search::copy, Search::packed}) {
    if (rest == nullptr) rest = resume(source.state, how, files, now);
  }
  const bool found = rest != nullptr;
  if (found) {
    rest->may_grow = false;
    rest->back_fill = false;
    sources_.insert(sources_.begin() + static_cast<ptrdiff_t>(index), std::move(rest));
  }
  if (!found && source.state.offset > 0) ++counts_.gaps;
  LogFileState anew;
  anew.device = source.state.device;
  anew.inode = source.state.inode;
  source.state = anew;
  remember_front(source.descriptor, source.state);
  return true;
}

// Gives out the whole lines of `bytes`, which begin where the source stands; how many bytes that
// were. `last`: nothing will follow, so a line without an end is one too.
size_t LogFollower::deliver(Source& source, std::string_view bytes, bool last,
                            const OnLine& on_line) {
  LogFileState& state = source.state;
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
        ++counts_.cut_lines;
      } else if (!last) {
        return at;
      }
    }
    if (line.size() > kMostLine) {
      line = line.substr(0, kMostLine);
      if (end != std::string_view::npos) ++counts_.cut_lines;
    }
    at = end == std::string_view::npos ? bytes.size() : end + 1;
    ++state.lines;
    const size_t zeros = std::min(line.find_first_not_of('\0'), line.size());
    counts_.zero_bytes += zeros;
    line.remove_prefix(zeros);
    if (zeros > 0 && line.empty()) continue;
    ++counts_.lines;
    on_line(line, {state.lines, source.back_fill});
  }
  return at;
}

uint64_t LogFollower::read(Source& source, uint64_t budget, Micros now, const OnLine& on_line) {
  uint64_t taken = 0;
  while (taken < budget) {
    buffer_.resize(kReadSize);
    size_t have = 0;
    if (source.packed != nullptr) {
      std::memcpy(buffer_.data(), source.carry.data(), source.carry.size());
      have = source.carry.size();
      const auto got = source.packed->read(buffer_.data() + have, buffer_.size() - have);
      const bool ended = !got || *got == 0;
      if (!got) problem_ = got.error().message();
      if (got) have += *got;
      const size_t used =
          deliver(source, std::string_view(buffer_).substr(0, have), ended, on_line);
      source.carry.assign(buffer_, used, have - used);
      source.state.offset += used;
      taken += used;
      if (ended) {
        finish(source);
        break;
      }
      continue;
    }
    const ssize_t got = pread(source.descriptor, buffer_.data(), buffer_.size(),
                              static_cast<off_t>(source.state.offset));
    if (got <= 0) {
      if (!source.may_grow) finish(source);
      break;
    }
    const size_t used = deliver(
        source, std::string_view(buffer_).substr(0, static_cast<size_t>(got)), false, on_line);
    source.state.offset += used;
    taken += used;
    if (used > 0) source.grown = now;
    remember_front(source.descriptor, source.state);
    if (used == 0) {
      // A copy ends where it ends.
      if (!source.may_grow) {
        source.state.offset += deliver(
            source, std::string_view(buffer_).substr(0, static_cast<size_t>(got)), true, on_line);
        finish(source);
      }
      break;
    }
  }
  if (taken > 0 && source.descriptor >= 0) remember_marker(source.descriptor, source.state);
  return taken;
}

void LogFollower::finish(Source& source) { source.state.finished = true; }

void LogFollower::drop_finished(Micros now, const OnLine& on_line) {
  for (const auto& source : sources_) {
    const bool quiet = !source->is_log && source->may_grow && now - source->grown > options_.grace;
    if (source->state.finished || !quiet || source->descriptor < 0) continue;
    // Its writer is gone: what it left without an end of line is its last line.
    std::string tail(kMostLine, '\0');
    const ssize_t got = pread(source->descriptor, tail.data(), tail.size(),
                              static_cast<off_t>(source->state.offset));
    if (got > 0) {
      source->state.offset += deliver(
          *source, std::string_view(tail).substr(0, static_cast<size_t>(got)), true, on_line);
    }
    finish(*source);
  }
  std::erase_if(sources_, [&](const std::unique_ptr<Source>& source) {
    if (!source->state.finished) return false;
    if (source->state.front_length > 0) finished_.push_back(source->state);
    return true;
  });
  if (finished_.size() > kFinishedKept) {
    finished_.erase(finished_.begin(), finished_.end() - kFinishedKept);
  }
}

uint64_t LogFollower::poll(uint64_t budget, Micros now, const OnLine& on_line) {
  if (!started_) find_again(now);
  // What was renamed meanwhile is read to its end before the new file is opened: order is kept as
  // far as the writers kept it.
  uint64_t taken = 0;
  bool cut = false;
  for (size_t i = sources_.size(); i-- > 0;) cut = look_for_truncation(i, now) || cut;
  // It may have happened twice since the last look.
  if (cut) open_unknown(now, last_poll_ - kStampLag);
  look_for_rotation(now);
  look_beside(now);
  for (size_t i = 0; i < sources_.size(); ++i) {
    Source& source = *sources_[i];
    if (taken >= budget) break;
    const uint64_t got = read(source, budget - taken, now, on_line);
    if (got == 0 && source.is_log) source.back_fill = false;  // caught up
    taken += got;
  }
  drop_finished(now, on_line);
  if (taken < budget) last_poll_ = now;
  return taken;
}

std::vector<LogFileState> LogFollower::states() const {
  if (!started_) return known_;
  std::vector<LogFileState> states = finished_;
  for (const auto& source : sources_) states.push_back(source->state);
  if (!states.empty())
    states.back().modified = std::max<int64_t>(states.back().modified, last_poll_);
  return states;
}

}  // namespace stockade::logs
