#include "conf/line_source.h"

#include <utility>

#include "base/text.h"

namespace stockade::conf {

bool MacroLines::next(LogicalLine& line, Carry& carry) {
  carry.through_macro = true;
  if (at_ == macro_->lines.size()) return false;
  const MacroLine& written = macro_->lines[at_];
  text_ = std::exchange(carry.text, {});
  map_.clear();
  if (!text_.empty()) map_.replaced(0, written.map.begin_of(0), 1);
  // httpd reads the body as it reads a file: what ends in a backslash now, goes on.
  do {
    if (at_ == macro_->lines.size()) {
      carry.text = std::move(text_);
      return false;
    }
    map_.truncate(text_.size());
    substitute(*macro_, macro_->lines[at_++], arguments_, piece_, piece_map_);
    for (const LineMap::Segment& segment : piece_map_.segments()) {
      map_.append(segment, text_.size());
    }
    text_ += piece_;
  } while (take_continuation(text_, false));
  const std::string_view trimmed = trim(text_);
  if (const auto cut = static_cast<size_t>(trimmed.data() - text_.data());
      cut > 0 && !trimmed.empty()) {
    map_.cut_front(cut);
  }
  line.text = trimmed;
  line.map = &map_;
  line.file = written.file;
  line.offset = map_.begin_of(0);
  line.end_offset = macro_->lines[at_ - 1].end_offset;
  line.line = written.line;
  line.last_line = macro_->lines[at_ - 1].last_line;
  line.counted = static_cast<uint32_t>(at_);
  line.too_long = false;
  return true;
}

}  // namespace stockade::conf
