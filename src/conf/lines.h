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

// Reads one file's bytes line by line; fills the file's line_starts on the way.
class LineReader {
 public:
  LineReader(SourceFile& source, FileId file) : source_(source), file_(file) {}

  // False at the end of the file.
  bool next(LogicalLine& line);

 private:
  struct Physical {
    std::string_view text;  // up to a NUL, without the line end
    uint32_t offset = 0;
    bool ended = false;  // by a newline that was not hidden behind a NUL
  };
  bool take_physical(Physical& physical);
  void join(LogicalLine& line, Physical physical);

  SourceFile& source_;
  FileId file_;
  size_t at_ = 0;
  uint32_t counter_ = 0;
  std::string joined_;
  LineMap map_;
};

}  // namespace stockade::conf
