// What changed since an earlier audit: new, fixed and unchanged findings, told apart by
// fingerprint.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/finding.h"

namespace stockade {

// As much of an earlier finding as is needed to say that it is gone.
struct KnownFinding {
  std::string fingerprint;
  std::string rule;
  Severity severity = Severity::medium;
  std::string file;  // as the earlier report printed it
  uint32_t line = 0;
  std::string message;
};

// An earlier JSON report.
struct Baseline {
  std::string taken_at;                // ISO 8601, UTC; empty if the report did not say
  std::vector<KnownFinding> findings;  // suppressed ones left out
};

struct Comparison {
  std::string since;                            // `taken_at` of the baseline
  std::set<std::string, std::less<>> added;     // fingerprints
  std::vector<KnownFinding> fixed;              // gone, and their rule looked again
  std::vector<KnownFinding> no_longer_checked;  // gone, but their rule did not (fully) run
  size_t unchanged = 0;

  bool is_new(const Finding& finding) const { return added.contains(finding.fingerprint); }
};

// Reads the text of a "stockade/audit/1" report; `name` is its file, for the message.
Result<Baseline> read_baseline(std::string_view json, std::string_view name);

// Suppressed findings are neither new nor unchanged: they were answered. A missing finding counts
// as fixed only if its rule is in `rules_run` and nothing in `not_checked` names it.
Comparison compare(const Baseline& baseline, const std::vector<Finding>& findings,
                   const std::vector<std::string>& rules_run,
                   const std::vector<NotChecked>& not_checked);

}  // namespace stockade
