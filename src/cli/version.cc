#include "cli/version.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/output.h"
#include "rules/rule.h"

namespace stockade::cli {
namespace {

Result<int> run_version(const Arguments&) {
  return write_stdout(
             fmt::format("stockade {}, {} rules\n", kVersionNumber, rules::all_rules().size()))
      .map([] { return int{kClean}; });
}

}  // namespace

const Command kVersion{"version", "print the version of Stockade", "", {}, {}, {}, run_version};

}  // namespace stockade::cli
