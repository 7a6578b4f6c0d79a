// Files that nobody should be able to download, looked for in what a server hands out.
#pragma once

#include <functional>
#include <string>

#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/served_trees.h"

namespace stockade::rules {

struct ServedFileSearch {
  std::string_view what;     // "database files": for what could not be looked at
  std::string_view message;  // "{} holds a database and is handed out to everybody as {}"
  std::string_view fix;      // the summary
  std::string_view line;     // what the fix appends to the main file
  std::string_view breaks;   // what that could break; empty: nothing
  std::function<bool(const ServedPath&)> is_meant;
  // How bad this one is; may be empty.
  std::function<Severity(const ServedPath&)> severity;
};

// Reports each such file that strangers get, at most a few dozen by name. The first one carries
// the edit, which mends all.
void report_served_files(const Snapshot& snapshot, Reporter& report,
                         const ServedFileSearch& search);

// Says which served trees were not seen to their end; false where no files were collected at all.
bool trees_are_seen(const Snapshot& snapshot, Reporter& report, const ServedTrees& trees,
                    std::string_view what);

}  // namespace stockade::rules
