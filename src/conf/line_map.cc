#include "conf/line_map.h"

#include <algorithm>

namespace stockade::conf {

const LineMap::Segment& LineMap::segment_of(size_t position) const {
  const auto after =
      std::upper_bound(segments_.begin(), segments_.end(), position,
                       [](size_t wanted, const Segment& segment) { return wanted < segment.at; });
  return after == segments_.begin() ? segments_.front() : *(after - 1);
}

uint32_t LineMap::begin_of(size_t position) const {
  const Segment& segment = segment_of(position);
  if (segment.replaced_length > 0) return segment.source;
  return segment.source + static_cast<uint32_t>(position - segment.at);
}

uint32_t LineMap::end_of(size_t position) const {
  if (position == 0) return begin_of(0);
  const Segment& segment = segment_of(position - 1);
  if (segment.replaced_length > 0) return segment.source + segment.replaced_length;
  return segment.source + static_cast<uint32_t>(position - segment.at);
}

void LineMap::cut_front(size_t count) {
  std::vector<Segment> kept;
  for (Segment segment : segments_) {
    if (segment.at <= count) {
      kept.clear();
      if (segment.replaced_length == 0) segment.source += static_cast<uint32_t>(count - segment.at);
      segment.at = 0;
    } else {
      segment.at -= count;
    }
    kept.push_back(segment);
  }
  segments_ = std::move(kept);
}

}  // namespace stockade::conf
