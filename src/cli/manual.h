// Manual pages in mdoc(7), made from the table of commands, settings and rules.
#pragma once

#include <string>

#include "cli/command.h"

namespace stockade::cli {

std::string main_page();                           // stockade(8)
std::string command_page(const Command& command);  // stockade-audit(8) ...
std::string rules_page();                          // stockade-rules(7)

}  // namespace stockade::cli
