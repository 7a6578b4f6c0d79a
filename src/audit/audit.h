// Runs the rules over a snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "finding/baseline.h"
#include "finding/finding.h"
#include "host/snapshot.h"
#include "rules/rule.h"

namespace stockade::audit {

struct Options {
  std::string profile = "default";  // "default", "cis", "stig"; each of them holds the default too
  std::vector<std::string> only;    // rule ids or families; empty = all
  std::vector<std::string> except;
  std::string today;                 // ISO date, for suppressions: "2026-11-24"
  std::optional<Baseline> baseline;  // with --new-since: what to compare with
};

struct Report {
  std::vector<Finding> findings;  // worst first, then by place; suppressed ones too
  std::vector<NotChecked> not_checked;
  std::vector<std::string> rules_run;  // ids, for "clean" to mean something
  std::optional<Comparison> since;     // with a baseline
  bool speaks_tls = true;              // some server does; false: rules of TLS had nothing to judge
  double seconds = 0;                  // wall time of collecting and checking; `run` sets its own
};

// The rules that `options` selects, by family and id. An error names the word of `profile`, `only`
// or `except` that is no profile, rule or family, with the nearest one that is.
Result<std::vector<rules::Rule>> select_rules(const Options& options);

// A rule cannot fail a run: what it threw is "not checked". Findings come sorted and with
// fingerprints; suppressions are applied. What httpd itself would say of the configuration is a
// finding too (own_rules.h). Options that select_rules refuses run no rule and say so in
// `not_checked`. Linear in the size of the configuration.
Report run(const Snapshot& snapshot, const Options& options);

// The same with rules at hand, for tests and for those who hold a selection already.
Report run(const Snapshot& snapshot, const Options& options, const std::vector<rules::Rule>& rules);

}  // namespace stockade::audit
