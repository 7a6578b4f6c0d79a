#include "cli/confine.h"

#include <unistd.h>

#include "cli/output.h"
#include "jail/confine/reader.h"

namespace stockade::cli {

Result<void> confine(std::vector<std::string> writable) {
  const auto missing = jail::become_reader({std::move(writable)});
  if (!missing) return tl::make_unexpected(missing.error());
  if (geteuid() != 0) return {};
  for (const std::string& sentence : *missing) say("while it reads logs as root, " + sentence);
  return {};
}

}  // namespace stockade::cli
