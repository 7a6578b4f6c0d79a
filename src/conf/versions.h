// Which httpd knows a directive, and what became of those that an earlier one knew
// (data/directives/former/). Source: "Compatibility" in
// https://httpd.apache.org/docs/2.4/mod/directives.html,
// https://httpd.apache.org/docs/2.4/upgrading.html and its predecessors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "conf/directive_table.h"

namespace stockade::conf {

// Versions are numbers: 20471 = 2.4.71.
bool exists_in(const DirectiveInfo& row, uint32_t version);

struct Replacement {
  std::string_view name;  // as written; sections without the bracket
  bool section = false;
  uint32_t until = 0;        // the first version that no longer knows it, 20400 = 2.4.0
  std::string_view instead;  // "Mutex", "remove it: ..."
};

// The newest row of that name (ignoring case) that is gone in `version`; nullptr where none is.
const Replacement* replacement_of(std::string_view name, bool section, uint32_t version);

extern const Replacement kReplacementRows[];
extern const size_t kReplacementRowCount;

}  // namespace stockade::conf
