#include "rules/support/skipped.h"

#include <set>
#include <utility>

#include "base/text.h"

namespace stockade::rules {

namespace {

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  for (const char quote : {'"', '\''}) {
    if (!text.starts_with(quote)) continue;
    text.remove_prefix(1);
    if (text.ends_with(quote)) text.remove_suffix(1);
  }
  return text;
}

Condition condition_of(const Snapshot& snapshot, const conf::SkippedBlock& block) {
  const conf::SourceFile& file = snapshot.config.file(block.file);
  const std::string_view line = file.line(block.line);
  const uint32_t line_start = file.line_starts[block.line - 1];
  Condition condition;
  condition.block = &block;
  condition.name = unquoted(block.condition);
  const auto rest = static_cast<uint32_t>(line.size() - (block.offset - line_start));
  condition.tag = {block.file, block.offset, rest};
  const size_t at = condition.name.empty() ? std::string_view::npos : line.find(condition.name);
  if (at != std::string_view::npos) {
    condition.word = {block.file, line_start + static_cast<uint32_t>(at),
                      static_cast<uint32_t>(condition.name.size())};
  }
  return condition;
}

bool is_conditional(std::string_view tag) {
  for (std::string_view name :
       {"IfModule", "IfDefine", "IfVersion", "IfFile", "IfDirective", "IfSection", "Macro"}) {
    if (starts_with_ignoring_case(tag, name)) return true;
  }
  return false;
}

}  // namespace

std::vector<Condition> skipped_for_want(const Snapshot& snapshot, std::string_view section) {
  std::vector<Condition> conditions;
  std::set<std::pair<conf::FileId, uint32_t>> seen;
  for (const conf::SkippedBlock& block : snapshot.config.skipped) {
    if (!equals_ignoring_case(block.section, section)) continue;
    if (trim(block.condition).starts_with('!')) continue;
    if (!seen.insert({block.file, block.offset}).second) continue;
    const auto& starts = snapshot.config.file(block.file).line_starts;
    if (block.line == 0 || block.line > starts.size()) continue;
    conditions.push_back(condition_of(snapshot, block));
  }
  return conditions;
}

std::vector<std::string_view> lines_inside(const conf::SkippedBlock& block) {
  std::vector<std::string_view> lines;
  int depth = 0;
  for (std::string_view line : split(block.inside, '\n')) {
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("</") && is_conditional(line.substr(2))) {
      --depth;
    } else if (line.starts_with('<') && is_conditional(line.substr(1))) {
      ++depth;
    } else if (depth == 0) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace stockade::rules
