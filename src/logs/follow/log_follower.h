// Reads every line of a log once, whatever happens to its file: renamed while a writer still holds
// it, copied and truncated, compressed, replaced, or all of that while nobody was looking.
//
// The states tell where it stands. Stored together with what was made of the lines, in one
// transaction, they make a restart lose and double nothing, however it came about.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/byte_source.h"
#include "base/result.h"
#include "logs/follow/log_file_state.h"
#include "logs/record.h"

namespace stockade::logs {

struct LineOrigin {
  uint64_t number = 0;     // in its file; 1 is the first
  bool back_fill = false;  // was written while nobody followed: counted, nobody is banned for it
};

struct FollowCounts {
  uint64_t lines = 0;
  uint64_t rotations = 0;
  uint64_t truncations = 0;
  uint64_t cut_lines = 0;
  uint64_t zero_bytes = 0;
  uint64_t gaps = 0;  // files whose unread rest could not be found again
};

class LogFollower {
 public:
  struct Options {
    // A renamed file is kept open for so long after its last growth: httpd's old children write to
    // it until they end.
    Micros grace = 600 * kSecond;
    bool from_end = false;  // begin behind what stands there, where nothing is known
  };
  LogFollower(std::string path, std::vector<LogFileState> known, Options options);
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  // Reads what is there, `budget` bytes at most, and says how many it took. 0: nothing new.
  using OnLine = std::function<void(std::string_view, const LineOrigin&)>;
  uint64_t poll(uint64_t budget, Micros now, const OnLine& on_line);

  std::vector<LogFileState> states() const;
  const FollowCounts& counts() const { return counts_; }
  const std::string& path() const { return path_; }
  // Why the log cannot be read now; empty: it can.
  const std::string& problem() const { return problem_; }
  int64_t modified() const { return modified_; }  // of the log, in microseconds

 private:
  struct Source;
  struct Candidate;
  void find_again(Micros now);
  void open_unknown(Micros now, int64_t since);
  void look_for_rotation(Micros now);
  void look_beside(Micros now);
  bool look_for_truncation(size_t index, Micros now);
  bool open_current(Micros now, bool from_end);
  bool is_known(const Candidate& candidate) const;
  std::vector<Candidate> candidates() const;
  enum class Search : uint8_t { by_inode, copy, packed };
  static std::unique_ptr<Source> resume(const LogFileState& state, Search how,
                                        std::vector<Candidate>& files, Micros now);
  uint64_t read(Source& source, uint64_t budget, Micros now, const OnLine& on_line);
  size_t deliver(Source& source, std::string_view bytes, bool last, const OnLine& on_line);
  void finish(Source& source);
  void drop_finished(Micros now, const OnLine& on_line);

  std::string path_;
  Options options_;
  std::vector<LogFileState> known_;              // from the store, until the first poll
  std::deque<std::unique_ptr<Source>> sources_;  // the oldest first; the last may be the log itself
  std::vector<LogFileState> finished_;
  FollowCounts counts_;
  std::string problem_;
  std::string buffer_;
  Micros last_poll_ = 0;
  int64_t modified_ = 0;
  int64_t beside_ = 0;      // when the folder last changed
  Micros beside_seen_ = 0;  // ... and when that was seen
  bool started_ = false;
};

}  // namespace stockade::logs
