// Which lines of the configuration a "# stockade:" remark speaks of.
#pragma once

#include <map>
#include <vector>

#include "conf/config.h"

namespace stockade {

struct LineRange {
  uint32_t first = 0;
  uint32_t last = 0;  // inclusive; before `first`: nothing
  bool whole_file = false;

  bool empty() const { return !whole_file && last < first; }
  // Line 0 is the file as a whole.
  bool covers(uint32_t line) const { return whole_file || (line >= first && line <= last); }
};

// The lines of every directive, section and conditional block, by file. Looks only at files that
// hold a remark; linear in the size of the configuration.
class RemarkScopes {
 public:
  explicit RemarkScopes(const conf::Config& config);

  // The directive or section that follows the remark inside the same section; the whole file where
  // nothing stands before it; nothing where nothing follows.
  LineRange of(const conf::Remark& remark) const;

 private:
  static constexpr size_t kNone = SIZE_MAX;
  struct Block {
    uint32_t first = 0;
    uint32_t last = 0;
    size_t outer = kNone;  // index of the block around it
    auto operator<=>(const Block&) const = default;
  };
  static void nest(std::vector<Block>& blocks);
  void add(conf::FileId file, uint32_t first, uint32_t last);
  void add_directives(const conf::Config& config);

  std::map<conf::FileId, std::vector<Block>> blocks_;  // sorted by first line, the outer ones first
};

}  // namespace stockade
