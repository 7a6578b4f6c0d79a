// Response headers that every server should send: reported once where one line would mend it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "rules/reporter.h"

namespace stockade::rules {

struct WantedHeader {
  std::string_view name;     // "X-Content-Type-Options"
  std::string_view line;     // the directive that sends it
  std::string_view summary;  // of the fix
  FixRisk risk = FixRisk::safe;
  std::string_view breaks = "";
  // Servers that need not send it, beside those that only redirect; may be empty.
  std::function<bool(const conf::Server&)> exempt = {};
};

// At the main file where every server lacks it, else at each virtual host that does.
void report_missing_header(const Snapshot& snapshot, Reporter& report, const WantedHeader& wanted);

}  // namespace stockade::rules
