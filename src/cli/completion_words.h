// Words that the three completion scripts share.
#pragma once

#include <string>

#include "cli/command.h"

namespace stockade::cli {

std::string spaced(const Words& words);      // "a b c"
bool names_path(const Option& option);       // its value is a file or a directory
Words second_words(std::string_view group);  // "config" -> dump, vhosts ...
std::string_view title_of(std::string_view first_word);

}  // namespace stockade::cli
