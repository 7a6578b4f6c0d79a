// How a report answers a benchmark: one row for each of its ids, none left out.
// Sources: ids of the CIS Apache HTTP Server 2.4 Benchmark and of the DISA STIGs for Apache Server
// 2.4 Unix (server and site); titles and questions are our own words: data/compliance/*.toml.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"

namespace stockade::audit {

enum class Benchmark : uint8_t { cis, stig };
std::string_view to_string(Benchmark benchmark);  // "cis", "stig"
std::optional<Benchmark> parse_benchmark(std::string_view text);

struct Control {
  // How the id is decided.
  enum class Decided : uint8_t {
    rules,           // the rules that name it answer it whole
    manual,          // a person answers the question; rules that name it can only show a failure
    not_applicable,  // says nothing about a web server of today; `text` says why
  };
  std::string_view id;     // as rules name it: "CIS 8.1", "STIG AS24-U1-000620"
  std::string_view title;  // what it is about
  Decided decided = Decided::manual;
  std::string_view text;  // manual: the prepared question; not applicable: the reason
};

// Every id of the benchmark, in its order.
std::span<const Control> controls(Benchmark benchmark);

enum class Verdict : uint8_t {
  pass,
  fail,      // at least one open finding
  accepted,  // findings, each of them answered by the administrator with a reason
  manual,
  not_applicable,
  not_checked,  // a rule that decides it did not run, or could not decide
};
std::string_view to_string(Verdict verdict);  // "not applicable"

struct ControlResult {
  const Control* control = nullptr;
  Verdict verdict = Verdict::manual;
  std::vector<std::string_view> rules;   // that name this id, run or not
  std::vector<const Finding*> findings;  // of those rules, suppressed ones too
  std::string reason;                    // of not_checked, not_applicable: why
};

struct Coverage {
  Benchmark benchmark = Benchmark::cis;
  std::vector<ControlResult> results;  // in the order of `controls`

  size_t count(Verdict verdict) const;
};

// `report` must outlive the result. A report of the default profile leaves ids that only a
// compliance profile checks "not checked", and says so.
Coverage coverage(const Report& report, Benchmark benchmark);

}  // namespace stockade::audit
