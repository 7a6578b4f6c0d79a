// Whole logs, read once from front to back: lines parsed and looked at by several threads, and put
// together in the order of the log.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "logs/incident/tracker.h"
#include "logs/parse/drift.h"
#include "logs/parse/log_format.h"
#include "logs/scan/line_chunks.h"

namespace stockade::logs {

struct LogFile {
  std::string path;
  std::vector<LogFormat> formats;  // that the configuration gives it; may be empty
};

struct LogSummary {
  std::string path;
  uint64_t lines = 0;
  uint64_t understood = 0;
  uint64_t events = 0;
  uint64_t bytes = 0;  // unpacked
  Micros first = 0, last = 0;
  LineTrouble trouble;
  std::optional<Drift> drift;  // lines of it were not understood for long
  std::string first_not_understood;
  std::string problem;  // why it could not be read to its end; empty: it was
};

struct Event {
  uint32_t file = 0;
  uint64_t line = 0;
  Family family{};
  Ip source;
  bool has_source = false;
  Micros time = 0;
};

struct ScanProgress {
  std::atomic<uint64_t> done{0};  // bytes of the files themselves
  std::atomic<uint64_t> lines{0};
};

class Scanner {
 public:
  // `on_event` is called from one thread at a time, in the order of the log.
  using OnEvent = std::function<void(const Event&)>;
  Scanner(std::shared_ptr<const Matcher> matcher, IncidentBook& book, OnEvent on_event)
      : matcher_(std::move(matcher)), tracker_(book), on_event_(std::move(on_event)) {}

  LogSummary scan(const LogFile& file, uint32_t index, unsigned threads, ScanProgress* progress);
  const Tracker& tracker() const { return tracker_; }

 private:
  std::shared_ptr<const Matcher> matcher_;
  Tracker tracker_;
  OnEvent on_event_;
};

}  // namespace stockade::logs
