#include "audit/audit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "audit/own_rules.h"
#include "rules/example.h"
#include "rules/page.h"
#include "rules/reporter.h"

namespace stockade::audit {
namespace {

using rules::Reporter;
using rules::Rule;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void find_each_options(const Snapshot& snapshot, Reporter& report) {
  for (const auto* d : snapshot.config.all("Options")) report.find(*d, 0, "options");
}
void find_each_timeout(const Snapshot& snapshot, Reporter& report) {
  for (const auto* d : snapshot.config.all("Timeout")) report.find(*d, 0, "timeout");
}
void throw_after_one(const Snapshot&, Reporter& report) {
  report.find_missing("found before");
  throw std::runtime_error("broken");
}
void cannot_decide(const Snapshot&, Reporter& report) {
  report.not_checked("the same thing", "no files", "run as root");
  report.not_checked("the same thing", "no files", "run as root");
}

void cannot_decide_much(const Snapshot&, Reporter& report) {
  for (int i = 0; i < 9; ++i) report.not_checked(fmt::format("file {}", i), "no files", "look");
  for (int i = 0; i < 5; ++i) report.not_checked(fmt::format("link {}", i), "no links", "look");
}

const Rule kOptions{.id = "each-options",
                    .severity = Severity::low,
                    .title = "t",
                    .references = {},
                    .check = find_each_options,
                    .family = "access"};
const Rule kTimeout{.id = "each-timeout",
                    .severity = Severity::high,
                    .title = "t",
                    .references = {},
                    .check = find_each_timeout,
                    .family = "limits"};

Snapshot snapshot_of(std::string_view text) {
  return rules::example_snapshot(*rules::parse_example(text));
}

std::vector<std::string> lines(const Report& report) {
  std::vector<std::string> result;
  for (const Finding& f : report.findings) {
    result.push_back(fmt::format("{} {}:{}{}", f.rule, f.place.line, f.place.column,
                                 f.suppression.kind == Suppression::Kind::none ? "" : " accepted"));
  }
  return result;
}

constexpr std::string_view kText =
    "Options None\n"
    "Timeout 7\n"
    "Timeout 8\n"
    "# stockade: ignore=trace-enabled,each-timeout reason=known\n"
    "Options All\n";

TEST(Audit, CountsWhatItCouldNotDecideForOneReason) {
  const Rule rule{.id = "cannot-decide-much",
                  .severity = Severity::low,
                  .title = "t",
                  .references = {},
                  .check = cannot_decide_much,
                  .family = "files"};
  const Report report = run(snapshot_of("Listen 80"), {}, {rule});
  std::vector<std::string> undecided;
  for (const NotChecked& gap : report.not_checked) {
    if (gap.rule == rule.id) undecided.push_back(gap.what);
  }
  EXPECT_THAT(undecided, testing::ElementsAre("file 0", "file 1", "file 2", "6 more of the kind",
                                              "link 0", "link 1", "link 2", "link 3", "link 4"));
}

TEST(Audit, SortsTheWorstFirstThenByPlace) {
  const Report report = run(snapshot_of("Options None\nTimeout 7\nOptions All\nTimeout 8\n"), {},
                            {kOptions, kTimeout});
  EXPECT_THAT(lines(report), ElementsAre("each-timeout 2:9", "each-timeout 4:9", "each-options 1:9",
                                         "each-options 3:9"));
  for (const Finding& finding : report.findings) EXPECT_THAT(finding.fingerprint, Not(IsEmpty()));
  EXPECT_THAT(report.not_checked, IsEmpty());
  EXPECT_THAT(report.rules_run, Contains("each-options"));
}

TEST(Audit, ARuleThatFailsIsNotChecked) {
  Rule broken = kOptions;
  broken.id = "broken-rule";
  broken.check = throw_after_one;
  const Report report = run(snapshot_of("Timeout 7\n"), {}, {broken, kTimeout});
  EXPECT_THAT(lines(report), ElementsAre("each-timeout 1:9", "broken-rule 0:0"));
  ASSERT_EQ(report.not_checked.size(), 1u);
  EXPECT_EQ(report.not_checked[0].rule, "broken-rule");
  EXPECT_THAT(report.not_checked[0].reason, HasSubstr("broken"));
}

TEST(Audit, SaysEachGapOnceAndThoseOfTheCollectorToo) {
  Rule unsure = kOptions;
  unsure.check = cannot_decide;
  Snapshot snapshot = snapshot_of("Timeout 7\n");
  snapshot.gaps.push_back({"the process table", "permission denied", {"processes"}});
  const Report report = run(snapshot, {}, {unsure});
  ASSERT_EQ(report.not_checked.size(), 2u);
  EXPECT_EQ(report.not_checked[0].what, "the process table");
  EXPECT_EQ(report.not_checked[1].rule, "each-options");
}

TEST(Audit, ARefusedConfigurationIsAFindingAndAGap) {
  const Report report = run(snapshot_of("Timeout 7\nNoSuchThing 1\nNorThis 2\n"), {}, {kTimeout});
  EXPECT_THAT(lines(report), ElementsAre("each-timeout 1:9", "configuration-refused 2:1",
                                         "configuration-refused 3:1"));
  EXPECT_THAT(report.findings[1].message, HasSubstr("Invalid command 'NoSuchThing'"));
  EXPECT_THAT(report.findings[1].evidence[0].what, HasSubstr("apache2.conf, line 2: Invalid"));
  EXPECT_THAT(report.findings[2].message, HasSubstr("will refuse this as well"));
  EXPECT_EQ(report.findings[1].excerpt, "NoSuchThing 1");
  ASSERT_EQ(report.not_checked.size(), 1u);
  EXPECT_THAT(report.not_checked[0].reason, HasSubstr("apache2.conf:2"));
}

TEST(Audit, WhatHttpdMightRefuseIsNotChecked) {
  Snapshot snapshot = snapshot_of("#: with php_module\nphp_flag engine on\n");
  const Report report = run(snapshot, {}, {});
  EXPECT_THAT(report.findings, IsEmpty());
  ASSERT_EQ(report.not_checked.size(), 1u);
  EXPECT_THAT(report.not_checked[0].what, HasSubstr("apache2.conf:1"));
}

TEST(Audit, AppliesRemarksAndKnowsWhatRan) {
  const Report report = run(snapshot_of(kText), {.today = "2026-11-24"}, {kTimeout});
  // each-timeout is no rule that a remark may name; trace-enabled is, and did not run.
  EXPECT_THAT(lines(report),
              ElementsAre("each-timeout 2:9", "each-timeout 3:9", "suppression-invalid 4:0"));
}

TEST(Audit, ComparesWithABaseline) {
  const Snapshot snapshot = snapshot_of("Timeout 7\n");
  Options options;
  options.baseline = Baseline{};
  options.baseline->findings.push_back({"gone", "each-timeout", Severity::high, "f", 1, "m"});
  options.baseline->findings.push_back({"unknown", "each-options", Severity::high, "f", 1, "m"});
  const Report report = run(snapshot, options, {kTimeout});
  ASSERT_TRUE(report.since);
  EXPECT_EQ(report.since->added.size(), 1u);
  EXPECT_EQ(report.since->fixed.size(), 1u);
  EXPECT_EQ(report.since->no_longer_checked.size(), 1u);
}

// --- which rules ---------------------------------------------------------------------------------

TEST(SelectRules, ByIdFamilyAndProfile) {
  const auto ids = [](const Options& options) {
    std::vector<std::string> result;
    const auto rules = select_rules(options);
    for (const Rule& rule : rules.value()) result.emplace_back(rule.id);
    return result;
  };
  EXPECT_THAT(ids({.only = {"trace-enabled"}}), ElementsAre("trace-enabled"));
  EXPECT_THAT(ids({.only = {"disclosure"}, .except = {"server-signature-on"}}),
              testing::AllOf(Contains("server-tokens-verbose"),
                             testing::Not(Contains("server-signature-on"))));
  const auto rules = select_rules({});
  for (const Rule& rule : rules.value()) EXPECT_EQ(rule.profile, "default");
  EXPECT_GE(ids({.profile = "cis"}).size(), ids({}).size());
}

TEST(SelectRules, NamesTheWordNobodyKnows) {
  const auto error = [](const Options& options) {
    const auto rules = select_rules(options);
    return rules ? std::string() : rules.error().message();
  };
  EXPECT_THAT(error({.only = {"trace-enable"}}), HasSubstr("did you mean \"trace-enabled\"?"));
  EXPECT_THAT(error({.except = {"disclosur"}}), HasSubstr("did you mean \"disclosure\"?"));
  EXPECT_THAT(error({.profile = "ciss"}), HasSubstr("did you mean \"cis\"?"));
  const Report report = run(snapshot_of("Timeout 7\n"), {.only = {"trace-enable"}});
  EXPECT_THAT(report.not_checked, testing::SizeIs(1));
}

// --- own rules -----------------------------------------------------------------------------------

TEST(OwnRules, HaveAPageLikeEveryRule) {
  for (const Rule& rule : own_rules()) {
    const auto page = rules::parse_page(rule.page);
    ASSERT_TRUE(page) << rule.id;
    std::vector<std::string_view> titles;
    for (const auto& section : page->sections) titles.push_back(section.title);
    EXPECT_EQ(titles, rules::required_headings()) << rule.id;
    EXPECT_EQ(rules::find_rule(rule.id), nullptr) << rule.id;
    EXPECT_EQ(find_any_rule(rule.id)->title, rule.title);
  }
  EXPECT_EQ(find_any_rule("trace-enabled"), rules::find_rule("trace-enabled"));
}

}  // namespace
}  // namespace stockade::audit
