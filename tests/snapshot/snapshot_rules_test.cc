// A snapshot that travelled as text says the same as the machine it was taken of: for every rule,
// on every example of every rule, and on the machine this runs on.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "host/collect.h"
#include "host/snapshot_json.h"
#include "rules/example.h"
#include "rules/page.h"
#include "rules/reporter.h"
#include "rules/rule.h"

namespace stockade {
namespace {

std::vector<std::string> said_by_all_rules(const Snapshot& snapshot) {
  std::vector<std::string> said;
  for (const rules::Rule& rule : rules::all_rules()) {
    rules::Reporter reporter(snapshot, rule);
    rule.check(snapshot, reporter);
    for (const Finding& finding : reporter.findings()) {
      said.push_back(fmt::format("{} {}:{}:{} {}", finding.rule, finding.place.file,
                                 finding.place.line, finding.place.column, finding.message));
      for (const Evidence& evidence : finding.evidence) {
        said.push_back(
            fmt::format("  {}:{} {}", evidence.place.file, evidence.place.line, evidence.what));
      }
      for (const Edit& edit : finding.fix ? finding.fix->edits : std::vector<Edit>()) {
        said.push_back(
            fmt::format("  {}@{}+{} {}", edit.file, edit.offset, edit.length, edit.text));
      }
    }
    for (const NotChecked& gap : reporter.gaps()) {
      said.push_back(fmt::format("{} not checked {}: {}", rule.id, gap.what, gap.reason));
    }
  }
  return said;
}

void expect_same_after_travel(const Snapshot& snapshot, const std::string& label) {
  const std::string text = host::write_snapshot(snapshot);
  const auto read = host::read_snapshot(text, label);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(said_by_all_rules(*read), said_by_all_rules(snapshot)) << label;
  EXPECT_EQ(host::write_snapshot(*read), text) << label;
}

TEST(SnapshotOfAnExample, SaysTheSameAsItsMachine) {
  size_t count = 0;
  for (const rules::Rule& rule : rules::all_rules()) {
    const auto page = rules::parse_page(rule.page);
    if (!page) continue;  // the rules' own tests say why
    for (const rules::PageExample& shown : page->examples) {
      const auto example = rules::parse_example(shown.text);
      if (!example) continue;
      expect_same_after_travel(rules::example_snapshot(*example),
                               fmt::format("{} {}", rule.id, shown.label()));
      ++count;
    }
  }
  EXPECT_GT(count, 20u);
}

TEST(SnapshotOfThisMachine, SaysTheSameAsTheMachine) {
  const auto snapshot = host::collect({});
  if (!snapshot) GTEST_SKIP() << "NOTE: no httpd here: " << snapshot.error().message();
  EXPECT_FALSE(snapshot->config.files.empty());
  EXPECT_TRUE(snapshot->coverage.files);
  expect_same_after_travel(*snapshot, "this machine");
}

}  // namespace
}  // namespace stockade
