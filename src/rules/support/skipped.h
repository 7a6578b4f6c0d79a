// Blocks that a false <IfModule> or <IfDefine> took out of the configuration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct Condition {
  const conf::SkippedBlock* block = nullptr;
  std::string_view name;  // "mod_headers.c", unquoted
  conf::Range tag;        // the opening tag's line
  conf::Range word;       // `name` in it; empty where a variable made it
};

// The blocks skipped by a condition of that section that asks for something ("IfModule", without
// '!'), each place in a file once.
std::vector<Condition> skipped_for_want(const Snapshot& snapshot, std::string_view section);

// The lines of the block that would be in force if it were taken, each trimmed: comments and what
// stands in further conditional sections left out.
std::vector<std::string_view> lines_inside(const conf::SkippedBlock& block);

}  // namespace stockade::rules
