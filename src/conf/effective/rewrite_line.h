// One RewriteRule or RewriteCond taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"

namespace stockade::conf {

struct RewriteFlags {
  bool ignore_case = false;
  bool or_next = false;
  bool last = false;
  bool pass_on = false;
  bool append_query = false;
  bool drop_query = false;
  bool redirect = false;
  int status = 302;     // of `redirect`, or of `stops`
  bool stops = false;   // [F], [G], [R=404]
  std::string unknown;  // one that is not evaluated
};

// "[R=301,L]" -> its flags.
RewriteFlags read_rewrite_flags(std::string_view text);

}  // namespace stockade::conf
