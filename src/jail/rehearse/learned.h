// What rehearsals saw and the plan did not know: kept in a file of lines, so that it may be read,
// edited and put under version control.
//
//   # stockade jail, learned
//   data /usr/share/foo/bar.dat 2026-11-25 httpd opened it
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "jail/plan/draft.h"

namespace stockade::jail {

struct LearnedPath {
  ItemKind kind = ItemKind::data;
  std::string path;
  std::string date;  // 2026-11-25
  std::string why;   // "httpd opened it"
};

Result<std::vector<LearnedPath>> read_learned(const std::string& text, const std::string& file);
std::string learned_text(const std::vector<LearnedPath>& all);

// Nothing to do where `file` is empty or does not exist.
Result<void> add_learned(Draft& draft, const std::string& file);

}  // namespace stockade::jail
