#pragma once

#include <string>

namespace stockade::test {

// What a command of the shell prints.
std::string output_of(const std::string& command);

}  // namespace stockade::test
