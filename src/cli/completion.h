// Shell completions, made from the table of commands.
#pragma once

#include <string>

namespace stockade::cli {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace stockade::cli
