// The program itself, never waited for longer than a bound, as whom one likes.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace stockade::robust {

struct Outcome {
  std::string output;  // stdout
  std::string errors;  // stderr
  int status = -1;     // exit code; -1: it was killed
  bool hung = false;   // it did not end within the bound
};

// Far above what any of these takes, also under sanitizers on a busy machine.
constexpr int kBoundSeconds = 240;

// `as`: only where this process is root. `prepare` is called in the child before the program takes
// its place.
Outcome run(const std::vector<std::string>& arguments, std::optional<unsigned> as = {},
            const std::function<void()>& prepare = {});

// The report of `audit --format json`; a test failure where there is none.
nlohmann::json audit(const std::vector<std::string>& arguments, std::optional<unsigned> as = {});

// "rule file:line message" of each of Stockade's own findings on what httpd would say.
std::vector<std::string> refusals(const nlohmann::json& report);
// "what: reason"
std::vector<std::string> not_checked(const nlohmann::json& report);

constexpr unsigned kNobody = 65534;

}  // namespace stockade::robust
