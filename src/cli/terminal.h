// What the reader sits at: colours, characters and columns that may be used.
#pragma once

#include <cstdint>
#include <string_view>

namespace stockade::cli {

struct Terminal {
  bool colour = false;
  bool unicode = false;
  uint32_t width = 80;  // columns
};

// Of stdout. `colour_wish` is auto, always or never; `width_wish` 0 is the terminal's own. auto is
// off for pipes, NO_COLOR (https://no-color.org) and TERM=dumb; characters beyond ASCII need a
// UTF-8 locale.
Terminal terminal(std::string_view colour_wish, uint32_t width_wish);

// While it lives, a line on stderr says what is being done and for how long: after half a second,
// and only where stderr is a terminal. It leaves nothing behind.
class Progress {
 public:
  explicit Progress(std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  struct Ticker;
  Ticker* ticker_ = nullptr;
};

}  // namespace stockade::cli
