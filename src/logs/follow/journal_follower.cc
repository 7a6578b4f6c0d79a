#include "logs/follow/journal_follower.h"

#include <fmt/format.h>
#include <systemd/sd-journal.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>

namespace stockade::logs {

namespace {

constexpr size_t kMostText = 64 * 1024;

// Errors after which the journal has to be opened anew (sd_journal_process(3)).
bool wants_reopening(int result) {
  return result == -EBADMSG || result == -EADDRNOTAVAIL || result == -EIDRM;
}

std::string time_of(sd_journal* journal) {
  uint64_t micros = 0;
  if (sd_journal_get_realtime_usec(journal, &micros) < 0) return "1970-01-01T00:00:00Z";
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     micros % 1'000'000);
}

// A word of the envelope: nothing in it may look like the rest of the line.
std::string as_word(std::string text, const char* otherwise) {
  for (char& c : text) {
    if (c <= ' ' || c == '[' || c == ']' || c == ':' || c == 0x7F) c = '_';
  }
  return text.empty() ? otherwise : text.substr(0, 64);
}

}  // namespace

Result<std::unique_ptr<JournalFollower>> JournalFollower::open(const std::string& directory,
                                                               std::string cursor) {
  std::unique_ptr<JournalFollower> follower(new JournalFollower(directory, std::move(cursor)));
  if (auto done = follower->open_journal(); !done) return tl::make_unexpected(done.error());
  return follower;
}

JournalFollower::~JournalFollower() {
  if (journal_ != nullptr) sd_journal_close(journal_);
}

Result<void> JournalFollower::open_journal() {
  if (journal_ != nullptr) sd_journal_close(journal_);
  journal_ = nullptr;
  positioned_ = at_entry_ = false;
  const int result = directory_.empty()
                         ? sd_journal_open(&journal_, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM)
                         : sd_journal_open_directory(&journal_, directory_.c_str(), 0);
  if (result < 0)
    return fail_errno("open the journal", directory_.empty() ? "of this machine" : directory_,
                      -result);
  sd_journal_get_fd(journal_);  // from now on sd_journal_process sees files come and go
  if (cursor_.empty()) {
    // Before the first entry; never to the end, which would lose what came while we were opening.
    if (sd_journal_seek_head(journal_) < 0)
      return fail_errno("go to the front of", "the journal", EIO);
    positioned_ = true;
    return {};
  }
  if (sd_journal_seek_cursor(journal_, cursor_.c_str()) < 0)
    return fail_errno("find the place in", "the journal", EIO);
  const int next = sd_journal_next(journal_);
  if (next < 0) return fail_errno("read", "the journal", -next);
  positioned_ = true;
  // The entry itself is read already. Another one stands there where it was removed.
  if (next > 0 && sd_journal_test_cursor(journal_, cursor_.c_str()) <= 0) {
    ++gaps_;
    at_entry_ = true;
  }
  return {};
}

std::string JournalFollower::field(const char* name) const {
  const void* data = nullptr;
  size_t length = 0;
  if (sd_journal_get_data(journal_, name, &data, &length) < 0) return "";
  std::string_view text(static_cast<const char*>(data), length);
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return "";
  text = text.substr(equals + 1, kMostText);
  return std::string(text.substr(0, text.find('\n')));
}

std::string JournalFollower::line() const {
  const std::string program = as_word(field("SYSLOG_IDENTIFIER"), "unknown");
  std::string pid = field("_PID");
  if (pid.empty()) pid = field("SYSLOG_PID");
  const std::string tag =
      pid.empty() ? program + ":" : fmt::format("{}[{}]:", program, as_word(pid, "0"));
  return fmt::format("{} {} {} {}", time_of(journal_), as_word(field("_HOSTNAME"), "localhost"),
                     tag, field("MESSAGE"));
}

Result<uint64_t> JournalFollower::poll(uint64_t most, const OnLine& on_line) {
  if (!positioned_) {
    if (auto done = open_journal(); !done) return tl::make_unexpected(done.error());
  }
  // Takes note of files that were added or removed.
  const int changed = sd_journal_process(journal_);
  uint64_t taken = 0;
  int result = wants_reopening(changed) ? changed : 0;
  while (result == 0 && taken < most) {
    const int next = at_entry_ ? 1 : sd_journal_next(journal_);
    at_entry_ = false;
    if (next == 0) {
      back_fill_ = false;  // caught up
      break;
    }
    if (next < 0) {
      result = next;
      break;
    }
    char* cursor = nullptr;
    if (sd_journal_get_cursor(journal_, &cursor) < 0) continue;  // a damaged entry
    cursor_ = cursor;
    std::free(cursor);
    ++taken;
    on_line(line(), {++count_, back_fill_});
  }
  if (wants_reopening(result)) {
    positioned_ = false;  // at the next look
  } else if (result < 0) {
    return fail_errno("read", "the journal", -result);
  }
  return taken;
}

}  // namespace stockade::logs
