#include "logs/scan/line_chunks.h"

#include <algorithm>
#include <cstring>

namespace stockade::logs {

namespace {

// memchr looks at 32 bytes at a time, a loop at one.
uint64_t newlines_of(std::string_view text) {
  uint64_t count = 0;
  for (size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos; ++at) ++count;
  return count;
}

}  // namespace

// Reads until the piece is full or the log ends; how many bytes came.
Result<size_t> LineChunks::fill(std::string& text) {
  const size_t before = text.size();
  text.resize(size_ + kMostLine);
  size_t at = before;
  while (at < size_ && !ended_) {
    const auto got = source_->read(text.data() + at, text.size() - at);
    if (!got) {
      text.resize(at);
      ended_ = true;
      return tl::make_unexpected(got.error());
    }
    if (*got == 0) ended_ = true;
    at += *got;
  }
  text.resize(at);
  bytes_ += at - before;
  return at - before;
}

// A piece without an end of line in reach: the line is cut, and its rest skipped as it comes.
void LineChunks::cut_endless(std::string& text) {
  if (skipping_) {
    const size_t end = text.find('\n');
    text.erase(0, end == std::string::npos ? text.size() : end + 1);
    skipping_ = end == std::string::npos;
    if (!skipping_) ++line_;
  }
  const size_t last = text.rfind('\n');
  const size_t tail = last == std::string::npos ? 0 : last + 1;
  if (text.size() - tail <= kMostLine || ended_) return;
  text.resize(tail + kMostLine);
  text += '\n';
  ++trouble_.cut_lines;
  --line_;  // the rest is of the same line
  skipping_ = true;
}

Result<bool> LineChunks::next(LineChunk& chunk) {
  while (true) {
    chunk.text = std::move(carry_);
    carry_.clear();
    if (ended_ && chunk.text.empty()) return false;
    Error error;
    bool failed = false;
    if (!ended_) {
      const auto got = fill(chunk.text);
      if (!got) {
        failed = true;
        error = got.error();
      }
    }
    cut_endless(chunk.text);
    if (!ended_) {
      const size_t last = chunk.text.rfind('\n');
      const size_t end = last == std::string::npos ? 0 : last + 1;
      carry_.assign(chunk.text, end);
      chunk.text.resize(end);
    }
    if (!chunk.text.empty()) {
      chunk.first_line = line_;
      chunk.sequence = sequence_++;
      line_ += newlines_of(chunk.text);
      return true;
    }
    if (failed) return fail(std::move(error));
    if (ended_) return false;
  }
}

}  // namespace stockade::logs
