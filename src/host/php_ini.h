// The two dialects of PHP's configuration: php.ini and the pools of php-fpm.
//
// Distrusts: the file. A line that says nothing is passed over, as PHP does.
// Source: https://www.php.net/manual/en/configuration.file.php, install.fpm.configuration.php.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::host {

// name -> value as written, without quotes; the last of a name counts. Sections for one host or one
// path ([HOST=...], [PATH=...]) hold for a part of the requests and are left out.
using PhpValues = std::map<std::string, std::string>;
PhpValues parse_php_ini(std::string_view text);

struct PhpPool {
  std::string name;
  PhpValues values;  // of php_value[], php_flag[], php_admin_value[], php_admin_flag[]
};
struct PhpFpmFile {
  std::vector<PhpPool> pools;         // in order; [global] is none
  std::vector<std::string> includes;  // patterns of include=
};
PhpFpmFile parse_php_fpm(std::string_view text);

}  // namespace stockade::host
