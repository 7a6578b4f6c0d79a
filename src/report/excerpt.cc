#include "report/excerpt.h"

#include <algorithm>

#include "base/text.h"
#include "report/plain_text.h"

namespace stockade::report {

namespace {

// Drops columns from the left until the mark is in sight.
void scroll_to_mark(Excerpt& excerpt, size_t width, bool unicode) {
  const size_t shown = std::min(excerpt.mark_length, width / 2);
  if (excerpt.mark_column + shown <= width) return;
  const std::string_view lead = unicode ? "…" : "...";
  const size_t lead_width = unicode ? 1 : 3;
  std::string_view rest = excerpt.text;
  size_t dropped = 0;
  while (!rest.empty() && excerpt.mark_column - dropped + shown + lead_width > width / 2 + shown) {
    if (dropped >= excerpt.mark_column) break;
    dropped += display_width(take_character(rest).bytes);
  }
  excerpt.mark_column = excerpt.mark_column - std::min(dropped, excerpt.mark_column) + lead_width;
  excerpt.text = std::string(lead).append(rest);
}

}  // namespace

Excerpt excerpt_of(std::string_view source_line, const Place& place, size_t width, bool unicode) {
  Excerpt excerpt;
  size_t indent = 0;
  while (indent < source_line.size() && is_blank(source_line[indent])) ++indent;
  const std::string_view line = source_line.substr(indent);
  excerpt.text = neutral(trim(line), unicode);
  const size_t begin = place.column > indent ? place.column - 1 - indent : 0;
  if (place.column != 0 && begin < line.size()) {
    const size_t length = std::max<size_t>(place.length, 1);
    excerpt.mark_column = display_width(neutral(line.substr(0, begin), unicode));
    excerpt.mark_length = display_width(neutral(trim(line.substr(begin, length)), unicode));
    scroll_to_mark(excerpt, width, unicode);
  }
  excerpt.text = cut(excerpt.text, width, unicode);
  if (excerpt.mark_column >= width) excerpt.mark_length = 0;
  excerpt.mark_length = std::min(excerpt.mark_length, width - std::min(width, excerpt.mark_column));
  return excerpt;
}

std::string mark_line(const Excerpt& excerpt) {
  if (excerpt.mark_length == 0) return "";
  return std::string(excerpt.mark_column, ' ') + "^" + std::string(excerpt.mark_length - 1, '~');
}

}  // namespace stockade::report
