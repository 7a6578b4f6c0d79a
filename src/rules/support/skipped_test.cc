#include "rules/support/skipped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

Snapshot snapshot_with(std::string_view text) { return example_snapshot(*parse_example(text)); }

TEST(Skipped, ConditionsThatAskForSomethingMissing) {
  const Snapshot snapshot = snapshot_with(
      "  <IfModule \"headers\">\n"
      "  </IfModule>\n"
      "<IfModule !alias_module>\n"
      "</IfModule>\n"
      "<IfModule alias_module>\n"
      "</IfModule>\n");
  const auto conditions = skipped_for_want(snapshot, "ifmodule");
  ASSERT_EQ(conditions.size(), 1u);
  EXPECT_EQ(conditions[0].name, "headers");
  EXPECT_EQ(conditions[0].word.offset, 13u);
  EXPECT_EQ(conditions[0].word.length, 7u);
  EXPECT_TRUE(skipped_for_want(snapshot, "IfDefine").empty());
}

TEST(Skipped, LinesThatWouldBeInForce) {
  const Snapshot snapshot = snapshot_with(
      "<IfModule nothing_module>\n"
      "  # Timeout 1\n"
      "  Timeout 2\n"
      "  <IfModule !other_module>\n"
      "    Timeout 3\n"
      "  </IfModule>\n"
      "  <Directory /srv>\n"
      "  </Directory>\n"
      "</IfModule>\n");
  ASSERT_EQ(snapshot.config.skipped.size(), 1u);
  EXPECT_THAT(lines_inside(snapshot.config.skipped[0]),
              testing::ElementsAre("Timeout 2", "<Directory /srv>", "</Directory>"));
}

}  // namespace
}  // namespace stockade::rules
