#include "logs/scan/scanner.h"

#include <sys/stat.h>

#include <condition_variable>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "logs/parse/line_parser.h"

namespace stockade::logs {

namespace {

// One line that matters for the order of things: what it shows, and where it stands in its piece.
struct Seen {
  Sighting sighting;
  uint64_t line = 0;  // of its piece, from 0
  uint32_t offset = 0, length = 0;
  uint16_t account_at = 0, account_length = 0;  // in the line
};

// What one thread found in one piece, before its turn comes.
struct Piece {
  LineChunk chunk;
  std::vector<Seen> seen;
  uint64_t lines = 0, understood = 0;
  Micros first = 0, last = 0;
};

constexpr size_t kAhead = 8;          // clients that are fetched before their turn
constexpr size_t kMostFinished = 16;  // pieces that wait for one before them

Micros modified(const std::string& path) {
  struct stat status{};
  if (path != "-" && stat(path.c_str(), &status) == 0) return status.st_mtime * kSecond;
  return static_cast<Micros>(std::time(nullptr)) * kSecond;
}

// Whether threads may share the log: its lines are read one by one, whatever stood before.
bool may_share(std::string_view text) {
  LinesOf lines(text);
  std::string_view line;
  for (int i = 0; i < 20 && lines.next(line); ++i) {
    if (!line.empty() && !LineParser::stands_alone(line)) return false;
  }
  return true;
}

class SharedScan {
 public:
  SharedScan(LineChunks& chunks, const LogFile& file, uint32_t index, LogSummary& summary)
      : chunks_(chunks), file_(file), index_(index), summary_(summary) {}

  void work(const std::shared_ptr<const Matcher>& matcher, Tracker& tracker,
            const Scanner::OnEvent& on_event, ScanProgress* progress);
  unsigned suitable_threads(unsigned wished);

 private:
  bool take(Piece& piece, ScanProgress* progress);
  void look(Piece& piece, LineParser& parser, Recogniser& recogniser) const;
  void put(const Piece& piece, Tracker& tracker, const Scanner::OnEvent& on_event);
  void put_in_order(std::unique_lock<std::mutex>& lock, Tracker& tracker,
                    const Scanner::OnEvent& on_event, ScanProgress* progress);

  LineChunks& chunks_;
  const LogFile& file_;
  uint32_t index_;
  LogSummary& summary_;
  std::mutex reading_;
  LineChunk ahead_;  // read to see what the log is like
  bool has_ahead_ = false;
  bool ended_ = false;
  std::mutex ordering_;
  std::condition_variable room_;
  std::map<uint64_t, std::unique_ptr<Piece>> finished_;
  std::vector<std::unique_ptr<Piece>> spare_;
  uint64_t next_ = 0;
  bool putting_ = false;
  DriftWatch drift_;
};

unsigned SharedScan::suitable_threads(unsigned wished) {
  const auto got = chunks_.next(ahead_);
  if (!got) summary_.problem = got.error().message();
  has_ahead_ = got && *got;
  ended_ = !has_ahead_;
  return has_ahead_ && wished > 1 && may_share(ahead_.text()) ? wished : 1;
}

bool SharedScan::take(Piece& piece, ScanProgress* progress) {
  const std::lock_guard lock(reading_);
  if (has_ahead_) {
    std::swap(piece.chunk, ahead_);
    has_ahead_ = false;
  } else {
    if (ended_) return false;
    const auto got = chunks_.next(piece.chunk);
    if (!got) summary_.problem = got.error().message();
    ended_ = !got || !*got;
    if (ended_) return false;
  }
  if (progress != nullptr) progress->done = chunks_.position();
  return true;
}

void SharedScan::look(Piece& piece, LineParser& parser, Recogniser& recogniser) const {
  piece.seen.clear();
  piece.lines = piece.understood = 0;
  piece.first = piece.last = 0;
  LinesOf lines(piece.chunk.text());
  std::string_view line;
  Record record;
  while (lines.next(line)) {
    const uint64_t number = piece.lines++;
    // What a power cut leaves at a line's front.
    const size_t zeros = line.find_first_not_of('\0');
    if (zeros != 0 && zeros != std::string_view::npos) line.remove_prefix(zeros);
    parser.parse(line, record);
    Seen& seen = piece.seen.emplace_back();
    const bool known = record.kind != LineKind::not_understood;
    if (known) ++piece.understood;
    if (record.time != 0) {
      if (piece.first == 0) piece.first = record.time;
      piece.last = record.time;
    }
    const bool concerns = recogniser.look(record, seen.sighting);
    if (!concerns && known) {
      piece.seen.pop_back();
      continue;
    }
    seen.line = number;
    seen.offset = static_cast<uint32_t>(line.data() - piece.chunk.buffer.data());
    seen.length = static_cast<uint32_t>(line.size());
    if (!seen.sighting.of_account) continue;
    const std::string_view user = account_of(record);
    const bool inside =
        user.data() >= line.data() && user.data() + user.size() <= line.data() + line.size();
    if (inside && user.size() < 0xFFFF) {
      seen.account_at = static_cast<uint16_t>(user.data() - line.data());
      seen.account_length = static_cast<uint16_t>(user.size());
    }
  }
}

void SharedScan::put(const Piece& piece, Tracker& tracker, const Scanner::OnEvent& on_event) {
  summary_.understood += piece.understood;
  if (summary_.first == 0) summary_.first = piece.first;
  if (piece.last != 0) summary_.last = piece.last;
  const uint64_t first_line = summary_.lines + 1;
  uint64_t last_line = first_line - 1;  // that was not understood, or the one before the piece
  for (size_t i = 0; i < piece.seen.size(); ++i) {
    const Seen& seen = piece.seen[i];
    if (i + 2 * kAhead < piece.seen.size()) tracker.fetch_set(piece.seen[i + 2 * kAhead].sighting);
    if (i + kAhead < piece.seen.size()) tracker.fetch_client(piece.seen[i + kAhead].sighting);
    const std::string_view line = piece.chunk.text().substr(seen.offset, seen.length);
    const uint64_t number = first_line + seen.line;
    if (seen.sighting.kind == LineKind::not_understood) {
      if (number != last_line + 1) drift_.understood(piece.first);
      drift_.not_understood(line, number);
      if (summary_.first_not_understood.empty())
        summary_.first_not_understood = line.substr(0, 200);
      last_line = number;
      continue;
    }
    const auto family = tracker.see(seen.sighting, {index_, number, line},
                                    line.substr(seen.account_at, seen.account_length));
    if (!family) continue;
    ++summary_.events;
    on_event({index_, number, *family, seen.sighting.source, seen.sighting.has_source,
              seen.sighting.time});
  }
  summary_.lines += piece.lines;
  if (last_line < summary_.lines) drift_.understood(piece.last);
  summary_.drift = drift_.drift(summary_.lines);
}

// Puts in what is finished, as far as it comes in order; one thread at a time does it, while the
// others go on reading.
void SharedScan::put_in_order(std::unique_lock<std::mutex>& lock, Tracker& tracker,
                              const Scanner::OnEvent& on_event, ScanProgress* progress) {
  if (putting_) return;
  putting_ = true;
  for (auto at = finished_.find(next_); at != finished_.end(); at = finished_.find(next_)) {
    std::unique_ptr<Piece> piece = std::move(at->second);
    finished_.erase(at);
    lock.unlock();
    put(*piece, tracker, on_event);
    if (progress != nullptr) progress->lines += piece->lines;
    lock.lock();
    ++next_;
    spare_.push_back(std::move(piece));
    room_.notify_all();
  }
  putting_ = false;
}

void SharedScan::work(const std::shared_ptr<const Matcher>& matcher, Tracker& tracker,
                      const Scanner::OnEvent& on_event, ScanProgress* progress) {
  LineParser parser(modified(file_.path), file_.formats);
  Recogniser recogniser(matcher);
  while (true) {
    std::unique_ptr<Piece> piece;
    {
      std::unique_lock lock(ordering_);
      // Whoever is far ahead waits: memory is bounded.
      room_.wait(lock, [&] { return finished_.size() < kMostFinished || !putting_; });
      if (!spare_.empty()) {
        piece = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    if (piece == nullptr) piece = std::make_unique<Piece>();
    if (!take(*piece, progress)) break;
    look(*piece, parser, recogniser);
    std::unique_lock lock(ordering_);
    const uint64_t sequence = piece->chunk.sequence;
    finished_.emplace(sequence, std::move(piece));
    put_in_order(lock, tracker, on_event, progress);
  }
}

}  // namespace

LogSummary Scanner::scan(const LogFile& file, uint32_t index, unsigned threads,
                         ScanProgress* progress) {
  LogSummary summary;
  summary.path = file.path;
  auto source = ByteSource::open(file.path, true);
  if (!source) {
    summary.problem = source.error().message();
    return summary;
  }
  LineChunks chunks(std::move(*source));
  SharedScan shared(chunks, file, index, summary);
  const unsigned count = shared.suitable_threads(threads);
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < count; ++i) {
      others.emplace_back([&] { shared.work(matcher_, tracker_, on_event_, progress); });
    }
    shared.work(matcher_, tracker_, on_event_, progress);
  }
  summary.trouble = chunks.trouble();
  summary.bytes = chunks.bytes();
  return summary;
}

}  // namespace stockade::logs
