// One source line with the offending place marked below it.
#pragma once

#include <string>

#include "finding/finding.h"

namespace stockade::report {

struct Excerpt {
  std::string text;        // neutral, without indentation, cut to the width from both ends
  size_t mark_column = 0;  // where the mark begins in `text`, in columns
  size_t mark_length = 0;  // columns; 0: nothing to mark
};

// `place.column` and `place.length` are bytes of `source_line`.
Excerpt excerpt_of(std::string_view source_line, const Place& place, size_t width, bool unicode);

// "     ^~~~"
std::string mark_line(const Excerpt& excerpt);

}  // namespace stockade::report
