// Findings that the administrator answered: "# stockade: ignore=RULE until=2027-01-31 reason=..."
// in the Apache file itself. `ignore` may name several rules, separated by commas; `until` may be
// left out; the reason is the rest of the line, or stands in quotes.
//
// A remark covers the directive (or section, whole) that follows it; before any directive, the
// whole file. A finding about something outside the configuration (a file of the machine) is
// covered through the directives that its evidence names, or through the top of the main file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "finding/finding.h"

namespace stockade {

struct RemarkRules {
  std::vector<std::string> known;    // ids that a remark may name
  std::vector<std::string> decided;  // of those, the ones that ran to their end: only of these can
                                     // be said that a remark is not needed
};

// Marks what is suppressed. A remark without a reason, with a rule nobody knows, with a date that
// is none, or that has expired suppresses nothing and is a finding itself (rule
// "suppression-invalid", "suppression-expired"); one that no finding answers to is
// "suppression-unused" (low). `today` is an ISO date: "2026-11-24"; the day of `until` itself still
// counts.
void apply_remarks(const conf::Config& config, const RemarkRules& rules, std::string_view today,
                   std::vector<Finding>& findings);

}  // namespace stockade
