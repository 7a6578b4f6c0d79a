// What a fix does to the files, as lines that go and lines that come.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "finding/finding.h"
#include "host/snapshot.h"

namespace stockade::report {

struct DiffLine {
  char sign = '+';    // '-' or '+'
  uint32_t line = 0;  // '-': its number before; '+': the number of the line it comes before
  std::string text;   // without its line end
};
struct FileDiff {
  std::string file;
  std::vector<DiffLine> lines;
};

// The texts that a snapshot holds, by path; looked up once and used for every finding.
class SourceTexts {
 public:
  explicit SourceTexts(const Snapshot& snapshot);

  // Null where the text is not at hand.
  const std::string* find(std::string_view path) const;
  // 1-based line and column (bytes) of an offset.
  Place place_of(std::string_view path, uint32_t offset) const;

 private:
  const Snapshot& snapshot_;
  std::unordered_map<std::string_view, const conf::SourceFile*> files_;
};

// Only lines that change, file by file. Empty where the fix has no edits, or where they do not fit
// the texts at hand (then its summary is all there is).
std::vector<FileDiff> fix_diff(const SourceTexts& texts, const Fix& fix);

}  // namespace stockade::report
