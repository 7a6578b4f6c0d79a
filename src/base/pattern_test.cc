#include "base/pattern.h"

#include <gtest/gtest.h>

namespace stockade {
namespace {

TEST(Pattern, MatchesAnywhereUnlessAnchored) {
  const auto pattern = Pattern::compile(R"(/\.git(/|$))");
  ASSERT_TRUE(pattern);
  EXPECT_TRUE(pattern->matches("/shop/.git/HEAD"));
  EXPECT_TRUE(pattern->matches("/.git"));
  EXPECT_FALSE(pattern->matches("/.github"));
  EXPECT_FALSE(pattern->matches("/.GIT"));
  EXPECT_TRUE(Pattern::compile("^/a$", true)->matches("/A"));
}

TEST(Pattern, AMistakeIsAnError) {
  const auto pattern = Pattern::compile("(");
  ASSERT_FALSE(pattern);
  EXPECT_NE(pattern.error().message().find('('), std::string::npos);
}

TEST(Pattern, GivesUpOnRunawayRepetition) {
  const auto pattern = Pattern::compile("^(a+)+$");
  const std::string text = std::string(64, 'a') + "b";
  EXPECT_FALSE(pattern->matches(text));
  EXPECT_EQ(pattern->verdict(text, 1000), Pattern::Verdict::given_up);
  EXPECT_EQ(pattern->verdict("aab", 1000), Pattern::Verdict::no);
  EXPECT_EQ(pattern->verdict("aaa", 1000), Pattern::Verdict::yes);
}

}  // namespace
}  // namespace stockade
