// Findings that the administrator answered: "# stockade: ignore=RULE until=2027-01-31 reason=..."
// in the Apache file itself. A remark covers the directive (or section, whole) that follows it;
// before any directive, the whole file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "finding/finding.h"

namespace stockade {

// Marks what is suppressed. A remark without a reason, with a rule nobody knows, with a date that
// is none, or that has expired suppresses nothing and is a finding itself (rule
// "suppression-invalid", "suppression-expired"); one that no finding answers to is
// "suppression-unused" (low). `today` is an ISO date: "2026-11-24". `known_rules` are the ids a
// remark may name.
void apply_remarks(const conf::Config& config, const std::vector<std::string>& known_rules,
                   std::string_view today, std::vector<Finding>& findings);

}  // namespace stockade
