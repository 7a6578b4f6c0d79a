// The words of the command line as a command and its arguments. The only file with CLI11 is
// parse.cc.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace stockade::cli {

struct Invocation {
  const Command* command = nullptr;
  Arguments arguments;
  bool help = false;  // -h or --help stood there
};

// `words` without the program's name. A slip of the fingers is answered with what was meant.
Result<Invocation> parse(const std::vector<std::string>& words);

// " Did you mean X?" or "", for the end of a sentence.
std::string did_you_mean(std::string_view word, const Words& candidates);

// A command line that cannot be: exit code 2 and a pointer to the help.
tl::unexpected<Error> usage_error(std::string_view command, std::string cause,
                                  std::string remedy = "");

}  // namespace stockade::cli
