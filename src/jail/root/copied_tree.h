// The plan as a tree of copies: the jail of the book, for hosts that have no namespaces. It is
// stale after the next upgrade; make a new one then and start httpd in that.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

struct CopiedTree {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// `directory` must not exist, and nobody but root may be able to write to what it lies in. On an
// error what was made of it is removed again.
Result<CopiedTree> copy_tree(const Plan& plan, const std::string& directory);

}  // namespace stockade::jail
