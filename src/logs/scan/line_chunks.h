// A log cut into pieces that end where a line ends, so that several threads may read it. Whatever
// stands in it, a piece is bounded: a line beyond kMostLine is cut there and counted, bytes that
// are zero at a line's front (a power cut leaves them) are skipped and counted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_source.h"

namespace stockade::logs {

constexpr size_t kMostLine = 64 * 1024;

struct LineChunk {
  std::string buffer;  // used again and again, so that nothing is cleared
  size_t size = 0;     // of what is in it
  uint64_t sequence = 0;

  // Whole lines; the very last of the log may lack its newline.
  std::string_view text() const { return {buffer.data(), size}; }
};

struct LineTrouble {
  uint64_t cut_lines = 0;
  uint64_t zero_bytes = 0;
};

class LineChunks {
 public:
  explicit LineChunks(std::unique_ptr<ByteSource> source, size_t size = 1 << 18)
      : source_(std::move(source)), size_(size) {}

  // The next piece; false at the end. An error ends the log after the pieces before it.
  Result<bool> next(LineChunk& chunk);
  const LineTrouble& trouble() const { return trouble_; }
  uint64_t position() const { return source_->position(); }
  uint64_t bytes() const { return bytes_; }  // unpacked

 private:
  void fill(LineChunk& chunk);
  void skip_rest(LineChunk& chunk);
  void cut_endless(LineChunk& chunk);

  std::unique_ptr<ByteSource> source_;
  size_t size_;
  std::string carry_;  // the front of a line whose end has not come yet
  uint64_t sequence_ = 0;
  uint64_t bytes_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;  // told after the pieces before it
  bool skipping_ = false;         // the rest of a line that was cut
  LineTrouble trouble_;
};

// The lines of a piece, one after the other, without their newline.
class LinesOf {
 public:
  explicit LinesOf(std::string_view text) : rest_(text) {}
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace stockade::logs
