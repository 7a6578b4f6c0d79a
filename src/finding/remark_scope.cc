#include "finding/remark_scope.h"

#include <algorithm>

#include "conf/directive_table.h"

namespace stockade {

namespace {

uint32_t last_line_of(const conf::Directive& d) { return std::max(d.last_line, d.end_line); }

}  // namespace

RemarkScopes::RemarkScopes(const conf::Config& config) {
  for (const conf::Remark& remark : config.remarks) blocks_[remark.file];
  if (blocks_.empty()) return;
  add_directives(config);
  for (const conf::TakenBlock& block : config.taken) add(block.file, block.line, block.end_line);
  for (const conf::SkippedBlock& block : config.skipped) {
    add(block.file, block.line, block.end_line);
  }
  for (auto& [file, blocks] : blocks_) nest(blocks);
}

// A macro's lines come once for each use, and count once.
void RemarkScopes::nest(std::vector<Block>& blocks) {
  std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
    return a.first != b.first ? a.first < b.first : a.last > b.last;
  });
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  size_t open = kNone;
  for (size_t i = 0; i < blocks.size(); ++i) {
    while (open != kNone && blocks[open].last < blocks[i].first) open = blocks[open].outer;
    blocks[i].outer = open;
    open = i;
  }
}

// Those in the tree and those acted on while reading (Define, LoadModule), which are in no tree.
void RemarkScopes::add_directives(const conf::Config& config) {
  const auto add_all = [&](std::span<const conf::Directive* const> list) {
    for (const conf::Directive* d : list) add(d->file, d->line, last_line_of(*d));
  };
  std::string_view previous;
  for (const conf::DirectiveInfo& row : conf::all_directives()) {
    if (equals_ignoring_case(row.name, previous)) continue;  // rows of one name stand together
    previous = row.name;
    add_all(config.all(row.name));
    add_all(config.all_sections(row.name));
  }
  add_all(config.unknown());
}

void RemarkScopes::add(conf::FileId file, uint32_t first, uint32_t last) {
  const auto found = blocks_.find(file);
  if (found != blocks_.end()) found->second.push_back({first, std::max(first, last)});
}

LineRange RemarkScopes::of(const conf::Remark& remark) const {
  const auto found = blocks_.find(remark.file);
  if (found == blocks_.end()) return {1, 0, true};
  const std::vector<Block>& blocks = found->second;
  const auto next =
      std::upper_bound(blocks.begin(), blocks.end(), remark.line,
                       [](uint32_t line, const Block& block) { return line < block.first; });
  if (next == blocks.begin()) return {1, 0, true};
  if (next == blocks.end()) return {1, 0, false};
  size_t around = static_cast<size_t>(next - blocks.begin()) - 1;
  while (around != kNone && blocks[around].last < remark.line) around = blocks[around].outer;
  if (around != kNone && next->first > blocks[around].last) return {1, 0, false};
  return {next->first, next->last, false};
}

}  // namespace stockade
