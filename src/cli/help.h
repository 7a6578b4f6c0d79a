// The text of --help: examples first.
#pragma once

#include <string>

#include "cli/command.h"

namespace stockade::cli {

std::string program_help();
std::string command_help(const Command& command);

// Words broken to lines of at most `width` characters, each after the first `indent` blanks in.
std::string wrapped(std::string_view text, size_t indent, size_t width = 80);

// "--define NAME, -D NAME"
std::string option_label(const Option& option);
// "stockade audit [options]"
std::string usage_line(const Command& command);

}  // namespace stockade::cli
