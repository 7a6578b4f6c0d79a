// What is left to a process of ours that reads what attackers wrote: it reads files, and writes to
// the few folders that it has to. No program is started, no socket opened, nothing else changed,
// whoever it runs as.
//
// Source: landlock(7), seccomp(2), capabilities(7).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace stockade::jail {

struct ReaderWishes {
  std::vector<std::string> writable;  // folders in which it makes, changes and removes files
};

// For this thread and those that it starts, for good. What this kernel or this account cannot give
// is named in the answer, one sentence each; it is an error only where something half done would
// not let the process go on.
Result<std::vector<std::string>> become_reader(const ReaderWishes& wishes);

}  // namespace stockade::jail
