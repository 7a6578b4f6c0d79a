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

#include "base/result.h"
#include "logs/follow/followed_file.h"
#include "logs/record.h"

namespace stockade::logs {

class LogFollower {
 public:
  struct Options {
    // A renamed file is kept open for so long after its last growth: httpd's old children write to
    // it until they end.
    Micros grace = 600 * kSecond;
    bool from_end = false;  // begin behind what stands there, where nothing is known
  };
  LogFollower(std::string path, FollowState known, Options options);
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  // Reads what is there, `budget` bytes at most, and says how many it took. 0: nothing new.
  uint64_t poll(uint64_t budget, Micros now, const OnLine& on_line);

  FollowState state() const;
  const FollowCounts& counts() const { return counts_; }
  const std::string& path() const { return path_; }
  // Why the log cannot be read now; empty: it can.
  const std::string& problem() const { return problem_; }
  int64_t modified() const { return modified_; }  // of the log, in microseconds

 private:
  using Sources = std::vector<std::unique_ptr<FollowedFile>>;

  bool look_at_files(const std::function<void(std::vector<LogSibling>&)>& look) const;
  bool find_again(Micros now);
  bool has_new_log(const std::vector<LogSibling>& files) const;
  bool open_unknown(Micros now, int64_t since);
  static std::unique_ptr<FollowedFile> open_former(const LogSibling& file, Micros now);
  static std::unique_ptr<FollowedFile> open_grown(const LogFileState& state,
                                                  std::vector<LogSibling>& files, Micros now);
  bool look_for_rotation(Micros now);
  bool look_beside(Micros now);
  bool look_for_truncation(size_t index, Micros now, bool& cut);
  bool look(Micros now);
  bool open_current(Micros now, bool from_end);
  bool is_known(const LogSibling& candidate, const Sources& found) const;
  void drop_finished(Micros now, const OnLine& on_line);

  std::string path_;
  Options options_;
  FollowState known_;  // from the store, until the first poll
  std::deque<std::unique_ptr<FollowedFile>>
      sources_;  // the oldest first; the last may be the log itself
  std::vector<LogFileState> finished_;
  FollowCounts counts_;
  std::string problem_;
  Micros last_poll_ = 0;
  int64_t modified_ = 0;
  int64_t beside_ = 0;          // when the folder last changed
  Micros beside_seen_ = 0;      // ... and when that was seen
  Micros beside_looked_ = 0;    // when its files were last looked at
  Micros unsettled_since_ = 0;  // 0: the last look told its files apart
  bool started_ = false;
};

}  // namespace stockade::logs
