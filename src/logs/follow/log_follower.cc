#include "logs/follow/log_follower.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/file_system.h"
#include "base/text.h"

namespace stockade::logs {

namespace {

// The kernel's stamps of files lag behind its clock by a few milliseconds.
constexpr Micros kStampLag = 2 * kSecond;
constexpr Micros kForget = 10 * kSecond;  // longer than that lag
// The folder is looked at so often, whatever its stamps say: a file that was left may grow again.
constexpr Micros kLookAnyway = 30 * kSecond;
constexpr Micros kMostUnsettled = 10 * kSecond;  // before that is told
constexpr int kMostLooks = 20;                   // at files that are being renamed meanwhile
constexpr size_t kMostFinished = 32;             // of those that are known after they were read

bool is_file_of(const LogSibling& file, const LogFileState& state) {
  return file.status.st_ino == state.inode && file.status.st_dev == state.device;
}

// Whether a packed file holds what a state tells of. A long front is enough: what follows it need
// not be unpacked.
bool is_packed_of(const LogSibling& file, LogFileState state) {
  if (state.front_length == 0) return false;
  if (state.front_length == kFrontLength) {
    state.offset = kFrontLength;
    state.marker_length = 0;
  }
  return resume_packed(file.path, state) != nullptr;
}

// ... or a plain one, which is the file itself or a copy of it.
bool is_plain_of(const LogSibling& file, int descriptor, const LogFileState& state) {
  if (state.front_length == kFrontLength || is_file_of(file, state))
    return has_same_front(descriptor, state);
  // A short front tells little.
  return state.front_length > 0 && state.offset > 0 && is_same_content(descriptor, state);
}

// Whether a file has what was read of a source, or the source itself holds, of which nothing may
// have been read.
bool is_of_source(const LogSibling& file, int descriptor, const FollowedFile& source) {
  if (is_plain_of(file, descriptor, source.state)) return true;
  if (source.descriptor < 0) return false;
  if (begins_alike(file.path, source.descriptor)) return true;
  // It was copied and cut while we looked, and the file is the copy: the next look goes on in it
  // where reading stood. Taken for unknown, it would be read from its start.
  return source.state.front_length > 0 && !is_same_content(source.descriptor, source.state) &&
         has_same_front(descriptor, source.state);
}

// Behind all that a file holds now. Where it is cut meanwhile, what it holds then is new.
LogFileState state_at_end(int descriptor, const struct stat& status) {
  LogFileState state;
  if (status.st_size == 0 || !extend_front(descriptor, state)) return {};
  const auto size = static_cast<uint64_t>(status.st_size);
  std::string marker(std::min<uint64_t>(kMarkerLength, size), '\0');
  const auto from = static_cast<off_t>(size - marker.size());
  if (pread(descriptor, marker.data(), marker.size(), from) != static_cast<ssize_t>(marker.size()))
    return {};
  state.offset = size;
  state.skipping = marker.back() != '\n';
  set_marker(state, marker);
  return has_same_front(descriptor, state) ? state : LogFileState{};
}

}  // namespace

LogFollower::LogFollower(std::string path, FollowState known, Options options)
    : path_(std::move(path)),
      options_(options),
      known_(std::move(known)),
      last_poll_(known_.looked) {}

LogFollower::~LogFollower() = default;

// Files are found by name and then opened: a look at them tells something only where each name
// stands for the same file after it as before. False: they were renamed all the time.
bool LogFollower::look_at_files(const std::function<void(std::vector<LogSibling>&)>& look) const {
  for (int i = 0; i < kMostLooks; ++i) {
    std::vector<LogSibling> files = log_and_siblings(path_);
    look(files);
    if (are_same_files(files, log_and_siblings(path_))) return true;
  }
  return false;
}

bool LogFollower::is_known(const LogSibling& candidate, const Sources& found) const {
  const Descriptor file(open_plain(candidate.path));
  if (!file) return true;  // not readable: nothing to read
  const auto is_of = [&](const std::unique_ptr<FollowedFile>& source) {
    if (!candidate.packed) return is_of_source(candidate, file.get(), *source);
    return is_packed_of(candidate, source->state) ||
           (source->descriptor >= 0 && begins_alike(candidate.path, source->descriptor));
  };
  return std::any_of(sources_.begin(), sources_.end(), is_of) ||
         std::any_of(found.begin(), found.end(), is_of) ||
         std::any_of(finished_.begin(), finished_.end(), [&](const LogFileState& state) {
           return candidate.packed ? is_packed_of(candidate, state)
                                   : is_plain_of(candidate, file.get(), state);
         });
}

// A former file that nobody has read, from its start.
std::unique_ptr<FollowedFile> LogFollower::open_former(const LogSibling& file, Micros now) {
  auto source = std::make_unique<FollowedFile>();
  source->grown = now;
  source->back_fill = true;
  source->may_grow = !file.packed;
  source->state.device = file.status.st_dev;
  source->state.inode = file.status.st_ino;
  if (file.packed) {
    if (!remember_packed_front(file.path, source->state)) return nullptr;
    auto opened = ByteSource::open(file.path, false);
    if (!opened) return nullptr;
    source->packed = std::move(*opened);
    return source;
  }
  source->descriptor = open_plain(file.path);
  if (source->descriptor < 0 || !extend_front(source->descriptor, source->state)) return nullptr;
  return source;
}

// One that was left, because nobody wrote to it any more, and has grown since.
std::unique_ptr<FollowedFile> LogFollower::open_grown(const LogFileState& state,
                                                      std::vector<LogSibling>& files, Micros now) {
  const bool has_grown = std::any_of(files.begin(), files.end(), [&](const LogSibling& file) {
    return !file.is_log && !file.packed && is_file_of(file, state) &&
           static_cast<uint64_t>(file.status.st_size) > state.offset;
  });
  if (!has_grown) return nullptr;
  auto source = resume(state, Search::by_inode, files, now);
  if (source != nullptr) source->state.finished = false;
  return source;
}

// Whether the log among the files can be read, and is not open: it is new since it was looked for.
bool LogFollower::has_new_log(const std::vector<LogSibling>& files) const {
  return std::any_of(files.begin(), files.end(), [&](const LogSibling& file) {
    return file.is_log && Descriptor(open_plain(file.path)) &&
           std::none_of(sources_.begin(), sources_.end(),
                        [&](const auto& source) { return is_file_of(file, source->state); });
  });
}

// Former files with lines that nobody has read: they were written and renamed between two looks.
// A copy of what a log holds that is not open cannot be told from them, so that waits.
bool LogFollower::open_unknown(Micros now, int64_t since) {
  Sources found;
  std::vector<LogFileState> left;
  bool log_is_new = false;
  const bool settled = look_at_files([&](std::vector<LogSibling>& files) {
    found.clear();
    left.clear();
    log_is_new = has_new_log(files);
    if (log_is_new) return;
    for (const LogFileState& state : finished_) {
      auto source = open_grown(state, files, now);
      const bool is_there = std::any_of(files.begin(), files.end(), [&](const LogSibling& file) {
        return is_file_of(file, state);
      });
      if (source != nullptr) {
        found.push_back(std::move(source));
      } else if (is_there || state.ended >= last_poll_ - kForget) {
        left.push_back(state);
      }
    }
    for (const LogSibling& file : files) {
      if (file.is_log || file.status.st_size == 0 || modified_of(file.status) < since) continue;
      if (is_known(file, found)) continue;
      if (auto source = open_former(file, now); source != nullptr)
        found.push_back(std::move(source));
    }
  });
  if (!settled || log_is_new) return false;
  // The log itself stays the last.
  const bool has_log = !sources_.empty() && sources_.back()->is_log;
  sources_.insert(sources_.end() - (has_log ? 1 : 0), std::make_move_iterator(found.begin()),
                  std::make_move_iterator(found.end()));
  // What was last written before the last look is never taken for new.
  size_t many = left.size() > kMostFinished ? left.size() - kMostFinished : 0;
  std::erase_if(left, [&](const LogFileState& state) {
    return state.ended < last_poll_ - kForget && many > 0 && many-- > 0;
  });
  finished_ = std::move(left);
  return true;
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
  if (from_end) source->state = state_at_end(descriptor, status);
  (void)extend_front(descriptor, source->state);
  source->state.device = status.st_dev;
  source->state.inode = status.st_ino;
  sources_.push_back(std::move(source));
  return true;
}

// The first look: where the store says that reading ended, and what came after.
bool LogFollower::find_again(Micros now) {
  const bool first_time = known_.files.empty() && known_.looked == 0;
  std::vector<LogFileState> open;
  finished_.clear();
  for (const LogFileState& state : known_.files)
    (state.finished ? finished_ : open).push_back(state);
  Sources found;
  const bool settled = look_at_files([&](std::vector<LogSibling>& files) {
    found.clear();
    found.resize(open.size());
    for (const Search how : {Search::by_inode, Search::copy, Search::packed}) {
      for (size_t i = 0; i < open.size(); ++i) {
        if (found[i] == nullptr) found[i] = resume(open[i], how, files, now);
      }
    }
  });
  if (!settled) return false;
  started_ = true;
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
  const auto log =
      std::find_if(sources_.begin(), sources_.end(), [](const auto& s) { return s->is_log; });
  if (log != sources_.end()) {
    std::rotate(log, log + 1, sources_.end());
  } else if (open_current(now, first_time && options_.from_end)) {
    sources_.back()->back_fill = true;
  }
  known_ = {};
  // What was rotated away before anybody followed is not asked for.
  if (first_time) last_poll_ = now;
  // After the log was opened: a copy of what it holds is not unknown.
  return first_time || open_unknown(now, last_poll_ - kStampLag);
}

bool LogFollower::look_for_rotation(Micros now) {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    problem_ = path_ + ": " + std::strerror(errno);
    return true;
  }
  problem_.clear();
  modified_ = modified_of(status);
  FollowedFile* const log =
      !sources_.empty() && sources_.back()->is_log ? sources_.back().get() : nullptr;
  if (log != nullptr && log->state.inode == status.st_ino && log->state.device == status.st_dev)
    return true;
  if (log == nullptr) return open_current(now, false), true;
  log->is_log = false;
  log->grown = now;
  // It may have grown since: known by more bytes, it is not taken for another.
  (void)extend_front(log->descriptor, log->state);
  ++counts_.rotations;
  open_current(now, false);
  if (!open_unknown(now, last_poll_ - kStampLag)) return false;
  for (const auto& source : sources_) {
    if (source.get() != log && source->state.offset == 0) source->back_fill = false;
  }
  return true;
}

// A file that appears beside the log may hold what was written and cut away since the last look.
bool LogFollower::look_beside(Micros now) {
  struct stat status{};
  if (::stat(std::string(parent_path(path_)).c_str(), &status) != 0) return true;
  const int64_t changed = modified_of(status);
  const bool is_settled = changed == beside_ && now - beside_seen_ > kStampLag;
  if (is_settled && now - beside_looked_ < kLookAnyway) return true;
  if (!open_unknown(now, last_poll_ - kStampLag)) return false;
  if (changed != beside_) beside_seen_ = now;
  beside_ = changed;
  beside_looked_ = now;
  return true;
}

// The same file, shorter than what was read of it, or with other bytes before that place: it was
// cut to nothing, and what was not read yet is in a copy.
bool LogFollower::look_for_truncation(size_t index, Micros now, bool& cut) {
  FollowedFile& source = *sources_[index];
  if (source.descriptor < 0) return true;
  if (content_sameness(source.descriptor, source.state) != Sameness::other) return true;
  std::unique_ptr<FollowedFile> rest;
  const bool settled = look_at_files([&](std::vector<LogSibling>& files) {
    for (LogSibling& file : files) {
      file.used = file.is_log ||
                  std::any_of(sources_.begin(), sources_.end(),
                              [&](const auto& other) { return is_file_of(file, other->state); });
    }
    rest = resume(source.state, Search::copy, files, now);
    if (rest == nullptr) rest = resume(source.state, Search::packed, files, now);
  });
  if (!settled) return false;
  cut = true;
  ++counts_.truncations;
  if (rest == nullptr && source.state.offset > 0) ++counts_.gaps;
  LogFileState anew;
  anew.device = source.state.device;
  anew.inode = source.state.inode;
  source.state = anew;
  (void)extend_front(source.descriptor, source.state);
  if (rest != nullptr) {
    rest->may_grow = false;
    rest->back_fill = false;
    sources_.insert(sources_.begin() + static_cast<ptrdiff_t>(index), std::move(rest));
  }
  return true;
}

void LogFollower::drop_finished(Micros now, const OnLine& on_line) {
  for (const auto& source : sources_) {
    const bool quiet = !source->is_log && source->may_grow && source->at_end &&
                       now - source->grown > options_.grace;
    if (!source->state.finished && quiet && source->descriptor >= 0)
      source->read_tail(counts_, on_line);
  }
  std::erase_if(sources_, [&](const std::unique_ptr<FollowedFile>& source) {
    if (!source->state.finished) return false;
    source->state.ended = now;
    if (source->state.front_length > 0) finished_.push_back(source->state);
    return true;
  });
}

// What is to be read, and from where. False: the files change too fast to tell; nothing may be read
// until they can be told apart.
bool LogFollower::look(Micros now) {
  if (!started_ && !find_again(now)) return false;
  bool cut = false;
  for (size_t i = sources_.size(); i-- > 0;) {
    if (!look_for_truncation(i, now, cut)) return false;
  }
  // It may have happened twice since the last look.
  if (cut && !open_unknown(now, last_poll_ - kStampLag)) return false;
  return look_for_rotation(now) && look_beside(now);
}

uint64_t LogFollower::poll(uint64_t budget, Micros now, const OnLine& on_line) {
  if (!look(now)) {
    if (unsettled_since_ == 0) unsettled_since_ = now;
    if (now - unsettled_since_ > kMostUnsettled)
      problem_ = path_ + ": its files are renamed too fast to be told apart; nothing is read";
    return 0;
  }
  unsettled_since_ = 0;
  // What was renamed meanwhile is read to its end before the new file is opened: order is kept as
  // far as the writers kept it.
  uint64_t taken = 0;
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
