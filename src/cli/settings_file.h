// The lines of Stockade's own TOML files. The only file with toml++ is settings_file.cc.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace stockade::cli {

struct SettingLine {
  std::string key;                  // "audit.fail-on"
  std::vector<std::string> values;  // numbers and booleans as text
  std::string origin;               // "/etc/stockade/stockade.toml:3"
};

// stockade.toml, then conf.d/*.toml by name; a folder that does not exist has none.
Result<std::vector<SettingLine>> read_settings_files(const std::string& folder);

}  // namespace stockade::cli
