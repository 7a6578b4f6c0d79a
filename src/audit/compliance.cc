#include "audit/compliance.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace stockade::audit {

namespace {

constexpr std::string_view kEverythingOverTls = "plain-http-not-redirected";

struct Facts {
  const Report& report;
  std::multimap<std::string_view, const Finding*> findings;  // by rule
  std::set<std::string_view> ran;
  std::map<std::string_view, const NotChecked*> gaps;  // by rule, the first
};

Facts facts_of(const Report& report) {
  Facts facts{report, {}, {report.rules_run.begin(), report.rules_run.end()}, {}};
  for (const Finding& finding : report.findings) facts.findings.emplace(finding.rule, &finding);
  for (const NotChecked& gap : report.not_checked) facts.gaps.emplace(gap.rule, &gap);
  return facts;
}

std::multimap<std::string_view, std::string_view> rules_by_reference() {
  std::multimap<std::string_view, std::string_view> rules;
  static const std::vector<rules::Rule> kRules = rules::all_rules();
  for (const rules::Rule& rule : kRules) {
    for (const std::string_view reference : rule.references) rules.emplace(reference, rule.id);
  }
  return rules;
}

// What keeps the rules from an answer; empty if nothing does.
std::string obstacle(const Facts& facts, const std::vector<std::string_view>& rules) {
  for (const std::string_view rule : rules) {
    if (!facts.ran.contains(rule)) {
      return fmt::format("rule {} did not run; try --profile cis or stig", rule);
    }
    const auto gap = facts.gaps.find(rule);
    if (gap != facts.gaps.end()) {
      return fmt::format("{}: {}: {}", rule, gap->second->what, gap->second->reason);
    }
  }
  const auto refused = facts.findings.find("configuration-refused");
  if (refused != facts.findings.end()) return "httpd refuses this configuration";
  return rules.empty() ? "no rule of this build looks at it" : "";
}

// Rules of TLS that found nothing on a server without TLS have not passed it.
Verdict without_tls(ControlResult& result) {
  const bool of_tls = std::all_of(result.rules.begin(), result.rules.end(), [](const auto& id) {
    return rules::find_rule(id)->family == "tls";
  });
  if (!of_tls) return Verdict::pass;
  result.reason = "no virtual host speaks TLS";
  const bool wants_tls =
      std::find(result.rules.begin(), result.rules.end(), kEverythingOverTls) != result.rules.end();
  if (!wants_tls) return Verdict::not_applicable;
  result.reason += "; find out what in front of this server does";
  return Verdict::not_checked;
}

Verdict judge(const Facts& facts, ControlResult& result) {
  const Control& control = *result.control;
  if (control.decided == Control::Decided::not_applicable) return Verdict::not_applicable;
  const auto open = [](const Finding* f) { return f->suppression.kind == Suppression::Kind::none; };
  if (std::any_of(result.findings.begin(), result.findings.end(), open)) return Verdict::fail;
  if (control.decided == Control::Decided::manual) return Verdict::manual;
  result.reason = obstacle(facts, result.rules);
  if (!result.reason.empty()) return Verdict::not_checked;
  if (!result.findings.empty()) return Verdict::accepted;
  return facts.report.speaks_tls ? Verdict::pass : without_tls(result);
}

// A rule may name several ids; each of its findings says which it touches.
bool touches(const Finding& finding, std::string_view id) {
  return std::find(finding.references.begin(), finding.references.end(), id) !=
         finding.references.end();
}

}  // namespace

std::string_view to_string(Benchmark benchmark) {
  return benchmark == Benchmark::cis ? "cis" : "stig";
}

std::optional<Benchmark> parse_benchmark(std::string_view text) {
  if (text == "cis") return Benchmark::cis;
  if (text == "stig") return Benchmark::stig;
  return std::nullopt;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::accepted:
      return "accepted";
    case Verdict::manual:
      return "manual";
    case Verdict::not_applicable:
      return "not applicable";
    case Verdict::not_checked:
      return "not checked";
  }
  return "";
}

size_t Coverage::count(Verdict verdict) const {
  return static_cast<size_t>(
      std::count_if(results.begin(), results.end(),
                    [&](const ControlResult& result) { return result.verdict == verdict; }));
}

Coverage coverage(const Report& report, Benchmark benchmark) {
  const Facts facts = facts_of(report);
  const auto by_reference = rules_by_reference();
  Coverage coverage{benchmark, {}};
  for (const Control& control : controls(benchmark)) {
    ControlResult result;
    result.control = &control;
    const auto [rule, rules_end] = by_reference.equal_range(control.id);
    for (auto at = rule; at != rules_end; ++at) {
      result.rules.push_back(at->second);
      const auto [finding, end] = facts.findings.equal_range(at->second);
      for (auto found = finding; found != end; ++found) {
        if (touches(*found->second, control.id)) result.findings.push_back(found->second);
      }
    }
    result.verdict = judge(facts, result);
    coverage.results.push_back(std::move(result));
  }
  return coverage;
}

}  // namespace stockade::audit
