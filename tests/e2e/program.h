// The program as an administrator runs it, from a shell.
#pragma once

#include <string>
#include <vector>

namespace stockade::e2e {

struct Outcome {
  std::string output;
  int status = -1;
};

Outcome shell(const std::string& command);
Outcome stockade(const std::string& arguments);

// Of a JSON report: the rule of each finding, and "rule file:line". "no JSON: ..." where it is
// none.
std::vector<std::string> rules_of(const Outcome& run);
std::vector<std::string> places_of(const Outcome& run);

}  // namespace stockade::e2e
