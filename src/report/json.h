// Findings as JSON values, shared by the machine formats. The only header that names nlohmann, so
// only .cc files of this room include it.
#pragma once

#include <nlohmann/json.hpp>

#include "report/report.h"

namespace stockade::report {

// Keeps the order in which keys were set: reports are read by people too.
using Json = nlohmann::ordered_json;

Json finding_to_json(const Snapshot& snapshot, const audit::Report& report, const Finding& finding);
Json not_checked_to_json(const NotChecked& gap);
Json target_to_json(const Snapshot& snapshot);
Json summary_to_json(const audit::Report& report);

// Bytes that are no UTF-8 (httpd takes any) become U+FFFD instead of ending the run.
std::string dump(const Json& json, int indent = -1);

}  // namespace stockade::report
