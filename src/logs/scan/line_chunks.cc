#include "logs/scan/line_chunks.h"

#include <cstring>
#include <utility>

namespace stockade::logs {

// Behind what was left over, reads until the piece is full or the log ends.
void LineChunks::fill(LineChunk& chunk) {
  if (chunk.buffer.size() < size_ + kMostLine) chunk.buffer.resize(size_ + kMostLine);
  carry_.copy(chunk.buffer.data(), carry_.size());
  chunk.size = carry_.size();
  const size_t full = carry_.size() + size_;
  while (chunk.size < full && !ended_) {
    const auto got = source_->read(chunk.buffer.data() + chunk.size, full - chunk.size);
    ended_ = !got || *got == 0;
    if (!got) failure_ = got.error();
    chunk.size += got.value_or(0);
    bytes_ += got.value_or(0);
  }
}

// What is left of a line that was cut is skipped as it comes.
void LineChunks::skip_rest(LineChunk& chunk) {
  const size_t end = chunk.text().find('\n');
  skipping_ = end == std::string_view::npos;
  const size_t gone = skipping_ ? chunk.size : end + 1;
  chunk.size -= gone;
  std::memmove(chunk.buffer.data(), chunk.buffer.data() + gone, chunk.size);
}

// A piece without an end of line in reach: the line is cut.
void LineChunks::cut_endless(LineChunk& chunk) {
  const size_t tail = chunk.text().rfind('\n') + 1;  // 0 where there is none
  if (chunk.size - tail <= kMostLine || ended_) return;
  chunk.size = tail + kMostLine;
  chunk.buffer[chunk.size++] = '\n';
  ++trouble_.cut_lines;
  skipping_ = true;
}

Result<bool> LineChunks::next(LineChunk& chunk) {
  while (!ended_) {
    fill(chunk);
    if (skipping_) skip_rest(chunk);
    if (!skipping_) cut_endless(chunk);
    const size_t whole = ended_ ? chunk.size : chunk.text().rfind('\n') + 1;
    carry_.assign(chunk.text().substr(whole));
    chunk.size = whole;
    if (whole == 0) continue;
    chunk.sequence = sequence_++;
    return true;
  }
  if (failure_) return fail(*std::exchange(failure_, std::nullopt));
  return false;
}

}  // namespace stockade::logs
