// Stockade's own settings: flag > STOCKADE_* environment variable > file > default. The files are
// /etc/stockade/stockade.toml, then /etc/stockade/conf.d/*.toml in order of name; a later one wins.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace stockade::cli {

struct Setting {
  std::string_view key;       // "audit.fail-on"
  std::string_view variable;  // "STOCKADE_FAIL_ON"
  std::string_view fallback;  // as text
  std::string_view help;
  bool list = false;
  Words (*choices)() = nullptr;
};
std::span<const Setting> all_settings();

struct SettingValue {
  std::vector<std::string> values;  // one, unless it is a list
  std::string origin;               // "default", "STOCKADE_FORMAT", "/etc/stockade/x.toml:3"

  std::string text() const { return values.empty() ? "" : values.back(); }
};
using Settings = std::map<std::string, SettingValue, std::less<>>;

// The folder: STOCKADE_SETTINGS, or /etc/stockade. That it does not exist is no error; a file that
// cannot be read or understood, an unknown key and a wrong value are.
std::string settings_folder();
Result<Settings> load_settings();

// Fills in options that were not given and have a setting; its default too.
Result<void> complete(const Command& command, Arguments& arguments);

// Accepted values that several options share.
Words format_names();
Words profile_names();
Words severity_names();
Words colour_names();
Words rule_ids();
Words rules_and_families();

}  // namespace stockade::cli
