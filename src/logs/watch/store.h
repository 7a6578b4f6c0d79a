// What a watcher knows, on disk: how far each log was read, and everything that was made of those
// lines. A commit writes all of it or nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/database.h"
#include "logs/follow/log_file_state.h"
#include "logs/incident/tracker.h"
#include "logs/scan/scanner.h"

namespace stockade::logs {

struct StoredEvent {
  std::string log;
  Event event;
};

struct LogCounts {
  uint64_t lines = 0;
  uint64_t understood = 0;
  uint64_t events = 0;
  uint64_t gaps = 0;
  uint64_t cut_lines = 0;
};

class Store {
 public:
  static Result<Store> open(const std::string& path);
  static Result<Store> open_to_read(const std::string& path);

  Result<FollowState> state_of(const std::string& log);
  Result<LogCounts> counts_of(const std::string& log);
  Result<std::string> cursor_of(const std::string& journal);
  // Also gives this process the store's key of hashes: before any line is looked at.
  Result<void> load(IncidentBook& book, Tracker& tracker);
  // Newest first, those whose last line is not before `since`.
  Result<std::vector<Incident>> incidents(Micros since);
  Result<std::optional<Incident>> incident(uint64_t id);
  Result<uint64_t> incidents_before(Micros time);  // how many there are
  // Of each log, also of those that are followed no more, until when it was read. A watcher at work
  // says it once a minute, of a log that it can read.
  Result<std::map<std::string, Micros>> read_until();

  struct Changes {
    std::map<std::string, FollowState> states;
    std::map<std::string, LogCounts> counts;
    std::map<std::string, std::string> cursors;  // of journals
    Micros looked = 0;                           // at them
    std::vector<Incident*> incidents;
    std::vector<uint32_t> clients, groups;
    std::vector<StoredEvent> events;
    Micros forget_before = 0;  // events and incidents that are older go
  };
  Result<void> commit(const Changes& changes, Tracker& tracker);

 private:
  explicit Store(Database database) : database_(std::move(database)) {}
  Result<void> load_key();
  Result<std::string> text_of(const std::string& log);
  Result<void> write(const Changes& changes, Tracker& tracker);
  Database database_;
};

}  // namespace stockade::logs
