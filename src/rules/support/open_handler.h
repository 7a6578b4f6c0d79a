// Handlers that show a server's inside: whether everybody reaches them.
#pragma once

#include <string>
#include <string_view>

#include "rules/reporter.h"

namespace stockade::rules {

struct InsideHandler {
  std::string_view name;   // "server-status"
  std::string_view shows;  // for the message: "what every worker does"
};

// Reports each SetHandler of that name that a stranger reaches at some server; where it cannot be
// decided, it says so.
void report_open_handler(const Snapshot& snapshot, Reporter& report, const InsideHandler& handler);

}  // namespace stockade::rules
