#include "finding/apply.h"

#include <gtest/gtest.h>

namespace stockade {
namespace {

const Texts kTexts = {{"/a", "0123456789"}, {"/b", "xyz"}};

TEST(ApplyEdits, UsesTheOffsetsOfTheTextsAsGiven) {
  const auto result =
      apply_edits(kTexts, {{"/a", 8, 1, ""}, {"/a", 1, 2, "AAAA"}, {"/b", 3, 0, "!"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at("/a"), "0AAAA345679");
  EXPECT_EQ(result->at("/b"), "xyz!");
}

TEST(ApplyEdits, AnEqualEditCountsOnce) {
  const auto result = apply_edits(kTexts, {{"/a", 0, 0, "#"}, {"/a", 0, 0, "#"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at("/a"), "#0123456789");
}

TEST(ApplyEdits, InsertionsAtOnePlaceKeepTheirOrderBeforeAReplacement) {
  const auto result =
      apply_edits(kTexts, {{"/b", 0, 1, "X"}, {"/b", 0, 0, "1"}, {"/b", 0, 0, "2"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at("/b"), "12Xyz");
}

TEST(ApplyEdits, RefusesWhatOverlapsOrLiesOutside) {
  EXPECT_FALSE(apply_edits(kTexts, {{"/a", 0, 5, ""}, {"/a", 4, 2, ""}}));
  EXPECT_FALSE(apply_edits(kTexts, {{"/a", 0, 5, ""}, {"/a", 4, 0, "in the middle"}}));
  EXPECT_FALSE(apply_edits(kTexts, {{"/b", 3, 1, ""}}));
  EXPECT_FALSE(apply_edits(kTexts, {{"/c", 0, 0, ""}}));
  EXPECT_TRUE(apply_edits(kTexts, {{"/a", 0, 5, ""}, {"/a", 5, 0, "touching"}}));
}

}  // namespace
}  // namespace stockade
