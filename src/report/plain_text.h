// Text of the audited machine made fit for a terminal: what it shows is what stands there, it takes
// the room it seems to take, and nothing in it acts on the terminal or on the reader's eye.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::report {

// One line without control characters, escape sequences, line breaks, or marks that turn the
// direction of writing; they are shown as "\x1b" or "\u{202e}". A tab becomes one blank. Bytes that
// are no UTF-8 are shown as "\xff"; without `unicode` every byte above ASCII is.
std::string neutral(std::string_view text, bool unicode);

// Columns that a neutral text takes: 2 for East Asian wide characters and most emoji, 0 for
// combining marks.
size_t display_width(std::string_view text);

// The longest beginning of a neutral text that fits, with an ellipsis where something was cut off.
std::string cut(std::string_view text, size_t width, bool unicode);

// Broken at blanks; a word longer than a line is broken anywhere. At least one line.
std::vector<std::string> wrap(std::string_view text, size_t width);

// Padded with blanks to `width` columns, never cut.
std::string pad(std::string text, size_t width);

// Decodes one character of UTF-8 at the front and takes it off; of malformed bytes the first alone.
struct Character {
  uint32_t code = 0;  // of a malformed byte: the byte
  bool valid = true;
  std::string_view bytes;
};
Character take_character(std::string_view& text);

}  // namespace stockade::report
