#include "audit/compliance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace stockade::audit {
namespace {

using testing::HasSubstr;

std::set<std::string_view> ids(Benchmark benchmark) {
  std::set<std::string_view> result;
  for (const Control& control : controls(benchmark)) result.insert(control.id);
  return result;
}

const ControlResult& result_of(const Coverage& coverage, std::string_view id) {
  for (const ControlResult& result : coverage.results) {
    if (result.control->id == id) return result;
  }
  ADD_FAILURE() << id;
  return coverage.results.front();
}

Report report_of(std::vector<std::string> rules_run) {
  Report report;
  report.rules_run = std::move(rules_run);
  return report;
}

Finding finding(std::string rule, Suppression::Kind kind = Suppression::Kind::none) {
  Finding result;
  if (const rules::Rule* known = rules::find_rule(rule)) {
    result.references.assign(known->references.begin(), known->references.end());
  }
  result.rule = std::move(rule);
  result.suppression.kind = kind;
  return result;
}

TEST(Compliance, HoldsEveryIdOfBothBenchmarks) {
  EXPECT_EQ(ids(Benchmark::cis).size(), 84u);
  EXPECT_EQ(ids(Benchmark::stig).size(), 74u);
  EXPECT_EQ(controls(Benchmark::cis).front().id, "CIS 1.1");
}

TEST(Compliance, KnowsEveryIdThatARuleNames) {
  std::set<std::string_view> known = ids(Benchmark::cis);
  known.merge(ids(Benchmark::stig));
  for (const rules::Rule& rule : rules::all_rules()) {
    for (const std::string_view reference : rule.references) {
      if (!reference.starts_with("CIS") && !reference.starts_with("STIG")) continue;
      EXPECT_TRUE(known.contains(reference)) << rule.id << ": " << reference;
    }
  }
}

TEST(Compliance, HasARuleWhereItSaysSo) {
  std::set<std::string_view> named;
  for (const rules::Rule& rule : rules::all_rules()) {
    named.insert(rule.references.begin(), rule.references.end());
  }
  for (const Benchmark benchmark : {Benchmark::cis, Benchmark::stig}) {
    for (const Control& control : controls(benchmark)) {
      if (control.decided == Control::Decided::rules) {
        EXPECT_TRUE(named.contains(control.id)) << control.id;
      }
      EXPECT_FALSE(control.text.empty()) << control.id;
    }
  }
}

TEST(Compliance, PassesOnlyWhatWasLookedAtToTheEnd) {
  constexpr const char* kRule = "server-tokens-verbose";  // CIS 8.1
  const auto verdict = [](const Report& report) {
    return result_of(coverage(report, Benchmark::cis), "CIS 8.1").verdict;
  };
  EXPECT_EQ(verdict(report_of({})), Verdict::not_checked);
  Report report = report_of({kRule});
  EXPECT_EQ(verdict(report), Verdict::pass);
  report.findings = {finding(kRule, Suppression::Kind::remark)};
  EXPECT_EQ(verdict(report), Verdict::accepted);
  report.findings.push_back(finding(kRule));
  EXPECT_EQ(verdict(report), Verdict::fail);
  report.findings.clear();
  report.not_checked = {{kRule, "the headers", "no files", ""}};
  EXPECT_EQ(verdict(report), Verdict::not_checked);
  EXPECT_THAT(result_of(coverage(report, Benchmark::cis), "CIS 8.1").reason, HasSubstr("no files"));
  report.not_checked.clear();
  report.findings = {finding("configuration-refused")};
  EXPECT_EQ(verdict(report), Verdict::not_checked);
}

TEST(Compliance, AFindingFailsOnlyTheIdsThatItTouches) {
  constexpr const char* kRule = "request-limits-above-cis";  // CIS 10.1 to 10.4
  Report report = report_of({kRule, "request-body-unlimited"});
  report.findings = {finding(kRule)};
  report.findings.front().references = {"CIS 10.2"};
  const Coverage shown = coverage(report, Benchmark::cis);
  EXPECT_EQ(result_of(shown, "CIS 10.1").verdict, Verdict::pass);
  EXPECT_EQ(result_of(shown, "CIS 10.2").verdict, Verdict::fail);
}

TEST(Compliance, WithoutTlsItsIdsAreNotPassed) {
  Report report = report_of({"old-tls-protocol", "plain-http-not-redirected"});
  EXPECT_EQ(result_of(coverage(report, Benchmark::cis), "CIS 7.4").verdict, Verdict::pass);
  report.speaks_tls = false;
  const Coverage shown = coverage(report, Benchmark::cis);
  EXPECT_EQ(result_of(shown, "CIS 7.4").verdict, Verdict::not_applicable);
  EXPECT_EQ(result_of(shown, "CIS 7.9").verdict, Verdict::not_checked);
  EXPECT_THAT(result_of(shown, "CIS 7.9").reason, HasSubstr("no virtual host speaks TLS"));
}

TEST(Compliance, AManualIdIsNeverPassed) {
  std::vector<std::string> all;
  for (const rules::Rule& rule : rules::all_rules()) all.emplace_back(rule.id);
  const Report report = report_of(all);
  for (const Benchmark benchmark : {Benchmark::cis, Benchmark::stig}) {
    const Coverage shown = coverage(report, benchmark);
    EXPECT_EQ(shown.results.size(), controls(benchmark).size());
    for (const ControlResult& result : shown.results) {
      const bool by_rules = result.control->decided == Control::Decided::rules;
      EXPECT_EQ(result.verdict, by_rules ? Verdict::pass : Verdict::manual) << result.control->id;
    }
    EXPECT_GT(shown.count(Verdict::pass), 0u);
  }
}

}  // namespace
}  // namespace stockade::audit
