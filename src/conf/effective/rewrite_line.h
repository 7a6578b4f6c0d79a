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
  bool end = false;  // no rule is looked at any more, after an internal redirect neither
  bool pass_on = false;
  bool proxy = false;
  bool append_query = false;
  bool drop_query = false;
  bool query_from_last = false;  // [QSL]
  bool redirect = false;
  int status = 302;           // of `redirect`, or of `stops`
  bool named_status = false;  // [R] of any kind, which httpd passes over where it looks for itself
  bool stops = false;         // [F], [G], [R=404]
  bool chained = false;
  bool no_escape = false;
  bool not_on_look = false;  // [NS]: not where httpd looks for itself
  bool drop_path_info = false;
  bool any_prefix = false;  // [UnsafePrefixStat]
  bool escape_groups = false;
  bool space_as_escape = false;             // [BNP]
  std::string_view escape_only;             // [B=...]
  std::string_view escape_not;              // [BNE=...]
  std::optional<uint32_t> rounds;           // [N]: how often it may start over
  uint32_t skip = 0;                        // [S=n]
  std::vector<std::string_view> variables;  // [E=...]
  std::string_view handler;                 // [H=...]
  std::string_view type;                    // [T=...]
  std::string unknown;                      // one that is not evaluated
};

// "[R=301,L]" -> its flags.
RewriteFlags read_rewrite_flags(std::string_view text);

}  // namespace stockade::conf
