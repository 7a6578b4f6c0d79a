// <Macro> and Use. Source: docs/2.4/mod/mod_macro.html; modules/core/mod_macro.c.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conf/lines.h"

namespace stockade::conf {

// A line between <Macro> and </Macro>, as read: joined, trimmed, nothing expanded.
struct MacroLine {
  std::string text;
  LineMap map;  // of `text`; always filled
  FileId file = 0;
  uint32_t line = 0;
  uint32_t last_line = 0;
  uint32_t end_offset = 0;
};

struct Macro {
  std::string name;      // lower case
  std::string location;  // as httpd prints it: macro 'x' (defined on line 3 of "/etc/...")
  std::vector<std::string> parameters;
  std::vector<MacroLine> lines;
  const Directive* definition = nullptr;
};

constexpr size_t kMaxMacroLine = 8191;  // bytes; httpd cuts a longer line of a body off there

// The line with every parameter replaced: leftmost first, of two at one place the longer name.
// False where the arguments make it longer than kMaxMacroLine.
bool substitute(const Macro& macro, const MacroLine& line,
                const std::vector<std::string>& arguments, std::string& text, LineMap& map);

}  // namespace stockade::conf
