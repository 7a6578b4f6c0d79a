// Runs the rules over a snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "finding/baseline.h"
#include "finding/finding.h"
#include "host/snapshot.h"
#include "rules/rule.h"

namespace stockade::audit {

struct Options {
  std::string profile = "default";  // "default", "cis", "stig"
  std::vector<std::string> only;    // rule ids or families; empty = all
  std::vector<std::string> except;
  std::string today;  // ISO date, for suppressions and certificates: "2026-11-24"
};

struct Report {
  std::vector<Finding> findings;  // worst first, then by place; suppressed ones too
  std::vector<NotChecked> not_checked;
  std::vector<std::string> rules_run;  // ids, for "clean" to mean something
  std::optional<Comparison> since;     // with --new-since
  double seconds = 0;                  // wall time of collecting and checking
};

// A rule cannot fail a run. Findings come sorted and with fingerprints; suppressions are applied.
Report run(const Snapshot& snapshot, const Options& options);

}  // namespace stockade::audit
