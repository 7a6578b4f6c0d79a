#include "logs/follow/log_follower.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file_system.h"
#include "base/text.h"

namespace stockade::logs {

namespace {

// The kernel's stamps of files lag behind its clock by a few milliseconds.
constexpr Micros kStampLag = 2 * kSecond;
constexpr Micros kForget = 10 * kSecond;  // longer than that lag

}  // namespace

LogFollower::LogFollower(std::string path, FollowState known, Options options)
    : path_(std::move(path)),
      options_(options),
      known_(std::move(known)),
      last_poll_(known_.looked) {}

LogFollower::~LogFollower() = default;

bool LogFollower::has_front_of(const LogSibling& candidate, const FollowedFile& source) {
  if (candidate.packed || source.state.front_length == 0) return false;
  const int descriptor = open_plain(candidate.path);
  if (descriptor < 0) return false;
  const bool front = has_same_front(descriptor, source.state);
  ::close(descriptor);
  return front;
}

bool LogFollower::is_known(const LogSibling& candidate) const {
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
    if (source->descriptor < 0) continue;
    if (begins_alike(candidate.path, source->descriptor)) return true;
    // It was copied and cut while we looked, and the candidate is the copy: the next look goes on
    // in it where reading stood. Taken for unknown, it would be read from its start.
    if (!is_same_content(source->descriptor, source->state) && has_front_of(candidate, *source))
      return true;
  }
  return std::any_of(finished_.begin(), finished_.end(), matches);
}

// Former files that nobody has read: they were written and renamed between two looks.
void LogFollower::open_unknown(Micros now, int64_t since) {
  for (LogSibling& file : log_and_siblings(path_)) {
    if (file.is_log || file.status.st_size == 0 || modified_of(file.status) < since) continue;
    if (is_known(file)) continue;
    auto source = std::make_unique<FollowedFile>();
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
  auto source = std::make_unique<FollowedFile>();
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
  std::vector<LogSibling> files = log_and_siblings(path_);
  const bool first_time = known_.files.empty();
  std::vector<LogFileState> open;
  for (const LogFileState& state : known_.files)
    (state.finished ? finished_ : open).push_back(state);
  std::vector<std::unique_ptr<FollowedFile>> found(open.size());
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
      open[i].ended = now;
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
  known_ = {};
}

void LogFollower::look_for_rotation(Micros now) {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    problem_ = path_ + ": " + std::strerror(errno);
    return;
  }
  problem_.clear();
  modified_ = modified_of(status);
  FollowedFile* const log =
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
  FollowedFile& source = *sources_[index];
  if (source.descriptor < 0 || is_same_content(source.descriptor, source.state)) return false;
  ++counts_.truncations;
  std::vector<LogSibling> files = log_and_siblings(path_);
  for (LogSibling& file : files) {
    file.used =
        file.is_log || std::any_of(sources_.begin(), sources_.end(), [&](const auto& other) {
          return other->state.inode == file.status.st_ino &&
                 other->state.device == file.status.st_dev;
        });
  }
  std::unique_ptr<FollowedFile> rest;
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

void LogFollower::drop_finished(Micros now, const OnLine& on_line) {
  for (const auto& source : sources_) {
    const bool quiet = !source->is_log && source->may_grow && now - source->grown > options_.grace;
    if (source->state.finished || !quiet || source->descriptor < 0) continue;
    source->read_tail(counts_, on_line);
    source->state.finished = true;
  }
  std::erase_if(sources_, [&](const std::unique_ptr<FollowedFile>& source) {
    if (!source->state.finished) return false;
    source->state.ended = now;
    if (source->state.front_length > 0) finished_.push_back(source->state);
    return true;
  });
  // What was last written before the last look is never taken for new.
  std::erase_if(finished_,
                [&](const LogFileState& state) { return state.ended < last_poll_ - kForget; });
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
    FollowedFile& source = *sources_[i];
    if (taken >= budget) break;
    const uint64_t got = source.read(budget - taken, now, counts_, on_line);
    if (!source.problem.empty()) problem_ = source.problem;
    if (got == 0 && source.is_log) source.back_fill = false;  // caught up
    taken += got;
  }
  drop_finished(now, on_line);
  if (taken < budget) last_poll_ = now;
  return taken;
}

FollowState LogFollower::state() const {
  if (!started_) return known_;
  FollowState state{last_poll_, finished_};
  for (const auto& source : sources_) state.files.push_back(source->state);
  return state;
}

}  // namespace stockade::logs
