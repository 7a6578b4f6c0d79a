// Where each byte of a joined, expanded line stands in the file it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stockade::conf {

class LineMap {
 public:
  void clear() { segments_.clear(); }
  bool empty() const { return segments_.empty(); }

  // The text from `at` on is a copy of the source from `source` on.
  void literal(size_t at, uint32_t source) { segments_.push_back({at, source, 0}); }
  // The text from `at` on replaces the `length` source bytes at `source` (a variable, a parameter).
  void replaced(size_t at, uint32_t source, uint32_t length) {
    segments_.push_back({at, source, length});
  }

  // The source range of the text [begin, end).
  uint32_t begin_of(size_t position) const;
  uint32_t end_of(size_t position) const;

  struct Segment {
    size_t at;
    uint32_t source;
    uint32_t replaced_length;  // 0: literal
  };
  // A segment of another map, whose text follows this one's at `base`.
  void append(const Segment& segment, size_t base) {
    segments_.push_back({segment.at + base, segment.source, segment.replaced_length});
  }
  // The text lost all but its first `size` bytes.
  void truncate(size_t size) {
    while (segments_.size() > 1 && segments_.back().at > size) segments_.pop_back();
  }
  // The text lost its first `count` bytes.
  void cut_front(size_t count);
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  const Segment& segment_of(size_t position) const;

  std::vector<Segment> segments_;
};

}  // namespace stockade::conf
