// What each PHP that answers requests makes of one setting.
#pragma once

#include <string_view>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct PhpValue {
  std::string_view program;  // "apache2 8.2", "fpm 8.2", "fpm 8.2 pool www"
  std::string_view file;     // that sets it; or where to set it
  std::string_view value;    // as written; PHP's own default where no file sets it
  bool by_default = false;
};

// One for each PHP that answers requests (not the command line's), in the order of the snapshot. A
// pool of php-fpm counts for itself where it sets the name, else its php.ini does, once for all.
std::vector<PhpValue> php_values(const Snapshot& snapshot, std::string_view name,
                                 std::string_view default_value);

// PHP's reading of a switch: on, yes, true, or a number but 0.
bool is_php_true(std::string_view value);
// "${NAME}" in it: only PHP's own environment knows.
bool is_php_undecided(std::string_view value);

}  // namespace stockade::rules
