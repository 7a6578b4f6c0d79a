#include "logs/watch/watcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdlib>
#include <thread>

#include "base/file_system.h"
#include "logs/incident/json.h"

namespace stockade::logs {

namespace {

constexpr uint64_t kBudget = 4 << 20;        // bytes of one log in one turn
constexpr uint64_t kEntries = 20'000;        // of the journal in one turn
constexpr int kLook = 1000;                  // milliseconds between looks where nothing wakes us
constexpr int kPause = 20;                   // ... after a wake, so that a burst is read in one go
constexpr Micros kHeartbeat = 60 * kSecond;  // an idle watcher says so often that it is at work
constexpr Micros kClean = 3600 * kSecond, kDay = 86'400 * kSecond;

Micros clock_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A descriptor of inotify on the folders of logs; -1 where there is none: then looking has to do.
class Wake {
 public:
  explicit Wake(const std::vector<std::string>& paths)
      : descriptor_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    for (const std::string& path : paths) {
      watch(std::string(parent_path(path)));
      char real[PATH_MAX];
      if (::realpath(path.c_str(), real) != nullptr) watch(std::string(parent_path(real)));
    }
  }
  ~Wake() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void wait(int milliseconds) const {
    if (descriptor_ < 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      return;
    }
    pollfd poll_fd{descriptor_, POLLIN, 0};
    if (::poll(&poll_fd, 1, milliseconds) <= 0) return;
    char events[64 * 1024];
    while (::read(descriptor_, events, sizeof events) > 0) {
    }
  }

 private:
  void watch(const std::string& directory) const {
    if (descriptor_ < 0) return;
    inotify_add_watch(descriptor_, directory.c_str(),
                      IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR);
  }
  int descriptor_;
};

// A label's value in Prometheus' text form.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

struct Watcher::Followed {
  WatchedLog log;
  LogFollower follower;
  LineParser parser;
  DriftWatch drift;
  LogCounts counts;
  LogCounts before;  // of earlier runs
  bool drift_told = false;
  std::string problem, problem_told;  // the first of a journal alone
  FollowState stored;

  Followed(WatchedLog watched, FollowState known, LogFollower::Options options)
      : log(std::move(watched)),
        follower(log.path, known, options),
        parser(clock_now(), log.formats),
        stored(std::move(known)) {}
};

Watcher::Watcher(Store store, std::shared_ptr<const Matcher> matcher, const Options& options,
                 OnNotice on_notice)
    : store_(std::move(store)),
      options_(options),
      on_notice_(std::move(on_notice)),
      tracker_(book_),
      recogniser_(std::move(matcher)) {}

Watcher::~Watcher() = default;

Result<std::unique_ptr<Watcher>> Watcher::open(const std::string& path,
                                               std::vector<WatchedLog> logs, const Options& options,
                                               OnNotice on_notice) {
  auto store = Store::open(path);
  if (!store) return tl::make_unexpected(store.error());
  auto matcher = Matcher::create();
  if (!matcher) return tl::make_unexpected(matcher.error());
  std::unique_ptr<Watcher> watcher(
      new Watcher(std::move(*store), std::move(*matcher), options, std::move(on_notice)));
  if (auto done = watcher->store_.load(watcher->book_, watcher->tracker_); !done) {
    return tl::make_unexpected(done.error());
  }
  for (const Incident* incident : watcher->book_.by_weight()) {
    watcher->told_[incident->id] = {incident->outcome, incident->families};
  }
  for (WatchedLog& log : logs) {
    auto states = watcher->store_.state_of(log.path);
    if (!states) return tl::make_unexpected(states.error());
    auto counts = watcher->store_.counts_of(log.path);
    if (!counts) return tl::make_unexpected(counts.error());
    watcher->logs_.push_back(
        std::make_unique<Followed>(std::move(log), std::move(*states), options.follow));
    watcher->logs_.back()->counts = *counts;
    watcher->logs_.back()->before = *counts;
  }
  if (options.journal) {
    if (auto done = watcher->open_journal(); !done) return tl::make_unexpected(done.error());
  }
  return watcher;
}

Result<void> Watcher::open_journal() {
  const std::string name = "journal:" + options_.journal_directory;
  auto cursor = store_.cursor_of(name);
  if (!cursor) return tl::make_unexpected(cursor.error());
  auto counts = store_.counts_of(name);
  if (!counts) return tl::make_unexpected(counts.error());
  stored_cursor_ = *cursor;
  auto journal = JournalFollower::open(options_.journal_directory, std::move(*cursor));
  if (!journal) return tl::make_unexpected(journal.error());
  journal_ = std::move(*journal);
  journal_log_ = std::make_unique<Followed>(WatchedLog{name, {}}, FollowState{}, options_.follow);
  journal_log_->counts = journal_log_->before = *counts;
  return {};
}

// What one line shows, and whose it is.
void Watcher::take(std::string_view line, const LineOrigin& origin, Followed& log, Micros now) {
  ++log.counts.lines;
  log.parser.parse(line, record_);
  if (record_.kind == LineKind::not_understood) {
    log.drift.not_understood(line, origin.number);
    return;
  }
  ++log.counts.understood;
  log.drift.understood(record_.time);
  Sighting sighting;
  if (!recogniser_.look(record_, sighting)) return;
  // A line without a time was written about now.
  if (sighting.time == 0) sighting.time = now;
  const std::string_view account = sighting.of_account ? account_of(record_) : std::string_view{};
  const auto family = tracker_.see(sighting, {0, origin.number, line, origin.back_fill}, account);
  if (!family) return;
  ++log.counts.events;
  events_.push_back(
      {log.log.path,
       {0, origin.number, *family, sighting.source, sighting.has_source, sighting.time}});
}

void Watcher::read(Followed& log, Micros now) {
  if (log.follower.modified() != 0) {
    log.parser.set_newest(std::max<Micros>(now, log.follower.modified()));
  }
  log.follower.poll(kBudget, now, [&](std::string_view line, const LineOrigin& origin) {
    take(line, origin, log, now);
  });
  log.counts.gaps = log.before.gaps + log.follower.counts().gaps;
  log.counts.cut_lines = log.before.cut_lines + log.follower.counts().cut_lines;
}

void Watcher::read_journal(Micros now) {
  if (journal_ == nullptr) return;
  Followed& log = *journal_log_;
  const auto done = journal_->poll(kEntries, [&](std::string_view line, const LineOrigin& origin) {
    take(line, origin, log, now);
  });
  log.problem = done ? "" : done.error().message();
  log.counts.gaps = log.before.gaps + journal_->gaps();
}

void Watcher::tell_of(const Incident& incident) {
  const auto [told, fresh] =
      told_.try_emplace(incident.id, Told{incident.outcome, incident.families});
  if (!fresh && told->second.outcome == incident.outcome &&
      told->second.families == incident.families)
    return;
  told->second = {incident.outcome, incident.families};
  on_notice_(
      {fresh ? Notice::Kind::opened : Notice::Kind::changed, &incident, "", incident.back_fill});
}

void Watcher::tell_of_logs() {
  for (Followed* const log : all_logs()) {
    const auto drift = log->drift.current();
    if (drift && !log->drift_told) {
      const std::string since = drift->since == 0 ? "it was first read" : time_text(drift->since);
      on_notice_({Notice::Kind::drift, nullptr,
                  fmt::format("no line of {} was understood since {}; they look like: {}",
                              log->log.path, since, drift->shape)});
    }
    log->drift_told = drift.has_value();
    const std::string& problem = log == journal_log_.get() ? log->problem : log->follower.problem();
    if (problem != log->problem_told) {
      log->problem_told = problem;
      const bool solved = log->problem_told.empty();
      on_notice_({solved ? Notice::Kind::solved : Notice::Kind::problem, nullptr,
                  solved ? log->log.path + " can be read again" : log->problem_told});
    }
  }
}

std::vector<Watcher::Followed*> Watcher::all_logs() const {
  std::vector<Followed*> all;
  for (const auto& log : logs_) all.push_back(log.get());
  if (journal_log_ != nullptr) all.push_back(journal_log_.get());
  return all;
}

Result<void> Watcher::commit(Micros now) {
  Store::Changes changes;
  for (const auto& log : logs_) {
    FollowState states = log->follower.state();
    // That a look was taken and found nothing is no news, but for whoever asks until when the logs
    // were read.
    const bool is_news =
        states.looked - log->stored.looked >= kHeartbeat && log->follower.problem().empty();
    if (states.files == log->stored.files && !is_news) continue;
    changes.counts[log->log.path] = log->counts;
    changes.states[log->log.path] = std::move(states);
  }
  const bool looked =
      journal_ != nullptr && journal_log_->problem.empty() && now - journal_looked_ >= kHeartbeat;
  if (journal_ != nullptr && (looked || journal_->cursor() != stored_cursor_)) {
    changes.looked = journal_looked_ = now;
    changes.cursors[journal_log_->log.path] = journal_->cursor();
    changes.counts[journal_log_->log.path] = journal_log_->counts;
  }
  changes.incidents = book_.changed();
  changes.clients = tracker_.changed_clients();
  changes.groups = tracker_.changed_groups();
  changes.events = std::move(events_);
  events_.clear();
  if (now - cleaned_ > kClean) {
    changes.forget_before = std::min(now, tracker_.clock()) - options_.keep;
    cleaned_ = now;
  }
  if (auto done = store_.commit(changes, tracker_); !done) {
    // A full disk: everything waits in memory for the next try, and reading waits with it.
    ++failures_;
    events_ = std::move(changes.events);
    return done;
  }
  for (auto& [path, states] : changes.states) {
    for (const auto& log : logs_) {
      if (log->log.path == path) log->stored = states;
    }
  }
  if (journal_ != nullptr) stored_cursor_ = journal_->cursor();
  for (Incident* incident : changes.incidents) incident->changed = false;
  tracker_.forget_changes();
  for (const Incident* incident : changes.incidents) tell_of(*incident);
  // The store has those that were quiet for a day of the log's own time; who comes back begins
  // anew.
  book_.drop_quiet(std::min(now, tracker_.clock()) - kDay);
  return {};
}

Result<bool> Watcher::turn(Micros now) {
  const auto lines_read = [&] {
    uint64_t lines = 0;
    for (const Followed* log : all_logs()) lines += log->counts.lines;
    return lines;
  };
  const uint64_t before = lines_read();
  for (const auto& log : logs_) read(*log, now);
  read_journal(now);
  if (auto done = commit(now); !done) return tl::make_unexpected(done.error());
  tell_of_logs();
  return lines_read() != before;
}

Result<void> Watcher::run(const std::function<bool()>& stop) {
  std::vector<std::string> paths;
  for (const auto& log : logs_) paths.push_back(log->log.path);
  const Wake wake(paths);
  bool failing = false;
  while (!stop()) {
    // While a commit fails nothing more is read, so memory stays what it is.
    const auto more = failing ? commit(clock_now()).map([] { return true; }) : turn(clock_now());
    if (!more) {
      if (!failing) on_notice_({Notice::Kind::problem, nullptr, more.error().message()});
      failing = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(kLook));
      continue;
    }
    if (failing) on_notice_({Notice::Kind::solved, nullptr, "what was read is written again"});
    failing = false;
    if (*more) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kPause));
    } else {
      wake.wait(kLook);
    }
  }
  return {};
}

std::string Watcher::metrics() const {
  std::string out;
  const auto family = [&](const char* name, const char* help, const auto& value_of) {
    out +=
        fmt::format("# HELP stockade_log_{0} {1}\n# TYPE stockade_log_{0} counter\n", name, help);
    for (const Followed* log : all_logs()) {
      out += fmt::format("stockade_log_{}{{log=\"{}\"}} {}\n", name, escaped(log->log.path),
                         value_of(*log));
    }
  };
  family("lines_total", "Lines read.", [](const Followed& log) { return log.counts.lines; });
  family("understood_total", "Lines whose form is known.",
         [](const Followed& log) { return log.counts.understood; });
  family("events_total", "Lines that are part of an attack.",
         [](const Followed& log) { return log.counts.events; });
  family("gaps_total", "Files whose unread rest was not found again.",
         [](const Followed& log) { return log.counts.gaps; });
  family("cut_lines_total", "Lines longer than 64 KiB.",
         [](const Followed& log) { return log.counts.cut_lines; });
  out +=
      "# HELP stockade_log_drift Whether the log is no longer understood.\n# TYPE "
      "stockade_log_drift gauge\n";
  for (const Followed* log : all_logs()) {
    out += fmt::format("stockade_log_drift{{log=\"{}\"}} {}\n", escaped(log->log.path),
                       log->drift.current() ? 1 : 0);
  }
  out += fmt::format(
      "# HELP stockade_incidents Incidents that are kept.\n# TYPE stockade_incidents "
      "gauge\nstockade_incidents {}\n"
      "# HELP stockade_commit_failures_total Commits that failed.\n# TYPE "
      "stockade_commit_failures_total counter\n"
      "stockade_commit_failures_total {}\n",
      book_.size(), failures_);
  return out;
}

}  // namespace stockade::logs
