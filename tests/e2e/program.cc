#include "program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace stockade::e2e {

Outcome shell(const std::string& command) {
  Outcome run;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return run;
  std::array<char, 65536> buffer{};
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    run.output.append(buffer.data(), got);
  }
  run.status = WEXITSTATUS(pclose(pipe));
  return run;
}

Outcome stockade(const std::string& arguments) {
  return shell(fmt::format("'{}/stockade' {}", STOCKADE_BINARY_DIR, arguments));
}

std::vector<std::string> rules_of(const Outcome& run) {
  std::vector<std::string> rules;
  for (const std::string& row : places_of(run)) rules.push_back(row.substr(0, row.find(' ')));
  return rules;
}

std::vector<std::string> places_of(const Outcome& run) {
  std::vector<std::string> rows;
  const auto report = nlohmann::json::parse(run.output, nullptr, false);
  if (report.is_discarded()) return {"no JSON: " + run.output.substr(0, 200)};
  for (const auto& finding : report["findings"]) {
    rows.push_back(fmt::format("{} {}:{}", finding["rule"].get<std::string>(),
                               finding["file"].get<std::string>(), finding["line"].get<int>()));
    EXPECT_FALSE(finding["evidence"].empty() && finding["excerpt"] == "" &&
                 finding["message"] == "");
  }
  return rows;
}

}  // namespace stockade::e2e
