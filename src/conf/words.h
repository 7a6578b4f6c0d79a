// Splitting a line into words as httpd does. Source: server/util.c, ap_getword_conf.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"

namespace stockade::conf {

// One word and where it stands in the text, quotes included.
struct ScannedWord {
  std::string_view text;  // unquoted; a view of the input, or of the arena where escapes went
  size_t begin = 0;
  size_t end = 0;
};

// Takes words from the front of a text. A quote opens only at the start of a word, an unclosed one
// runs to the end; `\\` is a backslash and, between quotes, `\"` a quote.
class WordScanner {
 public:
  WordScanner(std::string_view text, Arena& arena, size_t position = 0)
      : text_(text), arena_(arena), position_(position) {}

  // False when only blanks are left. An empty quoted word is a word; httpd takes it for the end
  // where it counts arguments, so callers look at `text.empty()` where that matters.
  bool next(ScannedWord& word);
  // Where the next call goes on: behind the blanks that follow the last word.
  size_t position() const { return position_; }

 private:
  void skip_blanks();

  std::string_view text_;
  Arena& arena_;
  size_t position_;
};

}  // namespace stockade::conf
