// The daemon's work: follows logs, recognises, joins, and commits all of it together, at once where
// something happened and at least every fifth of a second while lines come.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "logs/follow/journal_follower.h"
#include "logs/follow/log_follower.h"
#include "logs/parse/drift.h"
#include "logs/parse/line_parser.h"
#include "logs/watch/store.h"

namespace stockade::logs {

struct WatchedLog {
  std::string path;
  std::vector<LogFormat> formats;
};

// Told after the commit that holds it, so that nothing is told that a crash could take back.
struct Notice {
  enum class Kind : uint8_t { opened, changed, drift, problem, solved } kind{};
  const Incident* incident = nullptr;  // opened, changed: it is worse than it was
  std::string text;                    // drift, problem, solved
  bool back_fill = false;
};

class Watcher {
 public:
  struct Options {
    LogFollower::Options follow;
    bool journal = false;                   // of this machine too
    std::string journal_directory;          // ... or the files in it
    Micros keep = 90LL * 86'400 * kSecond;  // how long events and incidents stay
  };
  using OnNotice = std::function<void(const Notice&)>;

  static Result<std::unique_ptr<Watcher>> open(const std::string& store,
                                               std::vector<WatchedLog> logs, const Options& options,
                                               OnNotice on_notice);
  ~Watcher();

  // Reads what is new in all logs and commits it; whether there was anything.
  Result<bool> turn(Micros now);
  // Turns until `stop` says so: woken by the kernel where a log's folder changes, looking by itself
  // once a second.
  Result<void> run(const std::function<bool()>& stop);

  std::string metrics() const;  // Prometheus' text form
  const IncidentBook& incidents() const { return book_; }

 private:
  struct Followed;
  Watcher(Store store, std::shared_ptr<const Matcher> matcher, const Options& options,
          OnNotice on_notice);
  Result<void> open_journal();
  void read(Followed& log, Micros now);
  void read_journal(Micros now);
  void take(std::string_view line, const LineOrigin& origin, Followed& log, Micros now);
  std::vector<Followed*> all_logs() const;
  Result<void> commit(Micros now);
  void tell_of(const Incident& incident);
  void tell_of_logs();

  Store store_;
  Options options_;
  OnNotice on_notice_;
  IncidentBook book_;
  Tracker tracker_;
  Recogniser recogniser_;
  Record record_;
  std::vector<std::unique_ptr<Followed>> logs_;
  std::unique_ptr<JournalFollower> journal_;
  std::unique_ptr<Followed> journal_log_;  // what is counted of it
  std::string stored_cursor_;
  Micros journal_looked_ = 0;  // as the store has it
  std::vector<StoredEvent> events_;
  struct Told {
    Outcome outcome{};
    uint32_t families = 0;
  };
  std::map<uint64_t, Told> told_;
  uint64_t failures_ = 0;
  Micros cleaned_ = 0;
};

}  // namespace stockade::logs
