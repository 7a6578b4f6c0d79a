#include "conf/line_source.h"

#include "base/text.h"

namespace stockade::conf {

bool MacroLines::next(LogicalLine& line) {
  if (at_ == macro_->lines.size()) return false;
  const MacroLine& written = macro_->lines[at_];
  substitute(*macro_, macro_->lines[at_++], arguments_, text_, map_);
  // httpd reads the body as it reads a file: what ends in a backslash now, goes on.
  while (text_.ends_with('\\') && at_ < macro_->lines.size()) {
    text_.pop_back();
    substitute(*macro_, macro_->lines[at_++], arguments_, piece_, piece_map_);
    for (const LineMap::Segment& segment : piece_map_.segments()) {
      map_.append(segment, text_.size());
    }
    text_ += piece_;
  }
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
