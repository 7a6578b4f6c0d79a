#include "conf/words.h"

#include "base/text.h"

namespace stockade::conf {

namespace {

std::string_view without_escapes(std::string_view raw, char quote, Arena& arena) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  std::string text;
  text.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    const bool escape = raw[i] == '\\' && i + 1 < raw.size() &&
                        (raw[i + 1] == '\\' || (quote != 0 && raw[i + 1] == quote));
    text += raw[escape ? ++i : i];
  }
  return text.size() == raw.size() ? raw : arena.copy(text);
}

}  // namespace

void WordScanner::skip_blanks() {
  while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
}

bool WordScanner::next(ScannedWord& word) {
  skip_blanks();
  if (position_ >= text_.size()) return false;
  word.begin = position_;
  const char first = text_[position_];
  if (first == '"' || first == '\'') {
    size_t end = position_ + 1;
    while (end < text_.size() && text_[end] != first) {
      const bool escape = text_[end] == '\\' && end + 1 < text_.size() &&
                          (text_[end + 1] == first || text_[end + 1] == '\\');
      end += escape ? 2 : 1;
    }
    word.text = without_escapes(text_.substr(position_ + 1, end - position_ - 1), first, arena_);
    position_ = end < text_.size() ? end + 1 : end;
  } else {
    size_t end = position_;
    while (end < text_.size() && !is_blank(text_[end])) ++end;
    word.text = without_escapes(text_.substr(position_, end - position_), 0, arena_);
    position_ = end;
  }
  word.end = position_;
  skip_blanks();
  return true;
}

}  // namespace stockade::conf
