// What the build generates from the folder listing.
#pragma once

#include <span>
#include <string_view>

#include "rules/rule.h"

namespace stockade::rules {

struct TableEntry {
  const Rule* rule;
  std::string_view family;
  std::string_view file;  // "server_tokens_verbose"
};
std::span<const TableEntry> generated_table();

}  // namespace stockade::rules
