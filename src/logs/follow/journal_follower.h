// The journal of systemd, entry by entry, each once. The cursor of the last entry is the state;
// stored together with what was made of the entries it makes a restart lose and double nothing.
//
// An entry is given out as the line that syslog would have written: "TIME host program[pid]: text".
// Sources: sd_journal_next(3), sd_journal_get_cursor(3), sd_journal_process(3)
//
// Distrusts: every field; a text is cut at its first line break, as one entry is one line.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "logs/follow/followed_file.h"

struct sd_journal;

namespace stockade::logs {

class JournalFollower {
 public:
  // The journal of this machine, or where `directory` is not empty the files in it. `cursor`: of
  // the last entry that was read; empty: from the oldest on.
  static Result<std::unique_ptr<JournalFollower>> open(const std::string& directory,
                                                       std::string cursor);
  ~JournalFollower();
  JournalFollower(const JournalFollower&) = delete;
  JournalFollower& operator=(const JournalFollower&) = delete;

  // Gives out what is new, `most` entries at most; how many those were.
  Result<uint64_t> poll(uint64_t most, const OnLine& on_line);
  const std::string& cursor() const { return cursor_; }
  // Entries between the cursor and the next that could be found were removed meanwhile.
  uint64_t gaps() const { return gaps_; }

 private:
  JournalFollower(std::string directory, std::string cursor)
      : directory_(std::move(directory)), cursor_(std::move(cursor)) {}
  Result<void> open_journal();
  std::string line() const;
  std::string field(const char* name) const;

  std::string directory_, cursor_;
  sd_journal* journal_ = nullptr;
  uint64_t gaps_ = 0, count_ = 0;
  bool back_fill_ = true;    // until it caught up once
  bool at_entry_ = false;    // it stands on an entry that was not given out
  bool positioned_ = false;  // the next entry is the first that is not read
};

}  // namespace stockade::logs
