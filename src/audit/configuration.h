// What httpd itself would say of the configuration, as findings.
#pragma once

#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "host/snapshot.h"

namespace stockade::audit {

constexpr std::string_view kConfigurationRefused = "configuration-refused";
constexpr std::string_view kConfigurationWarning = "configuration-warning";

// Errors become kConfigurationRefused, the one that httpd stops at first; warnings become
// kConfigurationWarning. What httpd might refuse, and what a refused configuration leaves unsaid,
// is not checked.
void judge_configuration(const Snapshot& snapshot, std::vector<Finding>& findings,
                         std::vector<NotChecked>& not_checked);

}  // namespace stockade::audit
