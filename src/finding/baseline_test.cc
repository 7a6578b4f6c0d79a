#include "finding/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade {
namespace {

constexpr std::string_view kReport = R"({
  "schema": "stockade/audit/1",
  "target": {"taken_at": "2026-11-23T04:00:00Z"},
  "findings": [
    {"rule": "a", "severity": "high", "file": "x.conf", "line": 7, "message": "m",
     "fingerprint": "f1", "suppression": null},
    {"rule": "b", "severity": "low", "file": "x.conf", "line": 9, "message": "n",
     "fingerprint": "f2"},
    {"rule": "b", "severity": "low", "file": "x.conf", "line": 10, "message": "n",
     "fingerprint": "f3", "suppression": {"by": "remark"}}
  ]
})";

Finding finding_of(std::string rule, std::string fingerprint) {
  Finding result;
  result.rule = std::move(rule);
  result.fingerprint = std::move(fingerprint);
  return result;
}

std::vector<std::string> ids(const std::vector<KnownFinding>& findings) {
  std::vector<std::string> result;
  for (const KnownFinding& known : findings) result.push_back(known.fingerprint);
  return result;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Baseline, ReadsWhatIsOpen) {
  const auto baseline = read_baseline(kReport, "old.json");
  ASSERT_TRUE(baseline) << baseline.error().message();
  EXPECT_EQ(baseline->taken_at, "2026-11-23T04:00:00Z");
  EXPECT_THAT(ids(baseline->findings), ElementsAre("f1", "f2"));
  EXPECT_EQ(baseline->findings[0].severity, Severity::high);
  EXPECT_EQ(baseline->findings[0].line, 7u);
}

TEST(Baseline, SaysWhatIsWrongWithAFile) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "it is not JSON"},
      {"[1", "it is not JSON"},
      {"[]", "\"schema\" is not"},
      {R"({"schema": "stockade/snapshot/1"})", "\"schema\" is not"},
      {R"({"schema": "stockade/audit/1"})", "no list"},
      {R"({"schema": "stockade/audit/1", "findings": [7]})", "finding 1 lacks"},
      {R"({"schema": "stockade/audit/1", "findings": [{"rule": "a", "severity": "dire",
           "fingerprint": "f"}]})",
       "finding 1 lacks"}};
  for (const auto& [text, cause] : kCases) {
    const auto baseline = read_baseline(text, "old.json");
    ASSERT_FALSE(baseline) << text;
    EXPECT_THAT(baseline.error().message(), HasSubstr(cause));
    EXPECT_THAT(baseline.error().message(), HasSubstr("old.json"));
  }
}

TEST(Baseline, TellsNewFixedAndUnchangedApart) {
  const Baseline baseline = *read_baseline(kReport, "old.json");
  const auto comparison =
      compare(baseline, {finding_of("b", "f2"), finding_of("b", "f9")}, {"a", "b"}, {});
  EXPECT_THAT(comparison.added, ElementsAre("f9"));
  EXPECT_EQ(comparison.unchanged, 1u);
  EXPECT_THAT(ids(comparison.fixed), ElementsAre("f1"));
  EXPECT_THAT(comparison.no_longer_checked, IsEmpty());
  EXPECT_TRUE(comparison.is_new(finding_of("b", "f9")));
}

TEST(Baseline, WhatNobodyLookedForIsNotFixed) {
  const Baseline baseline = *read_baseline(kReport, "old.json");
  EXPECT_THAT(ids(compare(baseline, {}, {"b"}, {}).no_longer_checked), ElementsAre("f1"));
  EXPECT_THAT(ids(compare(baseline, {}, {"a", "b"}, {{"b", "w", "r", ""}}).no_longer_checked),
              ElementsAre("f2"));
  const auto refused =
      compare(baseline, {finding_of("configuration-refused", "f7")}, {"a", "b"}, {});
  EXPECT_THAT(ids(refused.no_longer_checked), ElementsAre("f1", "f2"));
}

TEST(Baseline, AnAnsweredFindingIsNeitherNewNorFixed) {
  Finding answered = finding_of("a", "f1");
  answered.suppression.kind = Suppression::Kind::remark;
  const auto comparison = compare(*read_baseline(kReport, "old.json"),
                                  {answered, finding_of("b", "f2")}, {"a", "b"}, {});
  EXPECT_THAT(comparison.added, IsEmpty());
  EXPECT_THAT(comparison.fixed, IsEmpty());
  EXPECT_EQ(comparison.unchanged, 1u);
}

}  // namespace
}  // namespace stockade
