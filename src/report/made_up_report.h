// For this room's tests: a machine that does not exist and what was found on it. Some of its texts
// are what an attacker would choose. Defined in made_up_report_test.cc.
#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

namespace stockade::report {

struct MadeUp {
  Snapshot snapshot;
  audit::Report report;
};

MadeUp made_up_report();
// Nothing found, nothing left unchecked.
MadeUp made_up_clean_report();
// `count` findings in as many virtual hosts.
MadeUp made_up_large_report(size_t count);

// Compares with tests/cases/report/<name>.txt; with TEST_UPDATE=1 writes that file instead.
void expect_golden(std::string_view name, const std::string& text);

}  // namespace stockade::report
