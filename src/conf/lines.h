// The lossless layer: physical lines of a file joined to the lines that httpd works on.
// Source: server/util.c, ap_varbuf_cfg_getline.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conf/config.h"
#include "conf/line_map.h"

namespace stockade::conf {

constexpr size_t kMaxLineLength = 16 * 1024 * 1024;  // bytes of a joined line, as httpd

struct LogicalLine {
  std::string_view text;         // joined and trimmed; valid until the next call
  const LineMap* map = nullptr;  // null: text is the source from `offset` on
  FileId file = 0;
  uint32_t offset = 0;      // in the source, of the first byte of `text`
  uint32_t end_offset = 0;  // behind the last physical line, without its line end
  uint32_t line = 0;        // of `offset`, 1-based
  uint32_t last_line = 0;   // of `end_offset`
  uint32_t counted = 0;     // what httpd's line counter says: the last physical line
  bool too_long = false;

  uint32_t source_begin(size_t position) const {
    return map == nullptr ? offset + static_cast<uint32_t>(position) : map->begin_of(position);
  }
  uint32_t source_end(size_t position) const {
    return map == nullptr ? offset + static_cast<uint32_t>(position) : map->end_of(position);
  }
};

// httpd reads the first line behind a used macro's body still by way of that body: byte by byte,
// and the body's own last line may go on in it.
struct Carry {
  bool through_macro = false;
  std::string text;  // what the body ended with, its backslash taken off
};

// Whether what was joined so far goes on in the next line; then its backslash is taken off. httpd
// looks at the whole of it, so that an empty line goes on where the text before ends in one more
// backslash. `carriage`: the last line ended in CRLF.
bool take_continuation(std::string& joined, bool carriage);

// Reads one file's bytes line by line; fills the file's line_starts on the way.
class LineReader {
 public:
  LineReader(SourceFile& source, FileId file) : source_(source), file_(file) {}

  // False at the end of the file. Through a macro a last line without a line end is lost.
  bool next(LogicalLine& line, const Carry& carry = {});

 private:
  struct Physical {
    std::string_view text;  // up to a NUL, without the line end
    uint32_t offset = 0;
    bool ended = false;     // by a newline that was not hidden behind a NUL
    bool carriage = false;  // by CRLF
  };
  bool take_physical(Physical& physical, bool through_macro);
  void join(LogicalLine& line, Physical physical, const Carry& carry);

  SourceFile& source_;
  FileId file_;
  size_t at_ = 0;
  uint32_t counter_ = 0;
  std::string joined_;
  LineMap map_;
};

}  // namespace stockade::conf
