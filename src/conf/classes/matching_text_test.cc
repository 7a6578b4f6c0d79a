#include "conf/classes/matching_text.h"

#include <gtest/gtest.h>

#include "base/pattern.h"

namespace stockade::conf {
namespace {

TEST(MatchingText, IsMatchedByItsExpression) {
  for (const char* expression :
       {"^/admin", "\\.php$", "^/(images|css)/(.*)\\.gif$", "^/[^/]+/edit$", "(?i)secret",
        "^/v[0-9]{2,3}/?$", "^/(?!public/)x", "[[:digit:]]+", "^/a(b(c|d)?)*e$", "^/\\d\\w\\s",
        "^(?<name>/x)+$", ".*", "^/$", "a{2}b{1,3}", "(?:^|/)\\.git(?:/|$)", "~$"}) {
    const auto found = matching_text(expression, "/");
    ASSERT_TRUE(found) << expression;
    EXPECT_TRUE(Pattern::compile(expression)->matches(*found)) << expression << " " << *found;
    EXPECT_TRUE(found->starts_with("/")) << expression << " " << *found;
  }
}

TEST(MatchingText, IsNeverGuessed) {
  for (const char* expression : {"(a)\\1x$b", "(", "a(?=b)c", "\\p{Greek}", "$x^"}) {
    EXPECT_FALSE(matching_text(expression, "/")) << expression;
  }
}

TEST(MatchingText, NamesNeedNoSlash) {
  EXPECT_EQ(matching_text("^\\.ht", ""), ".ht");
  EXPECT_EQ(matching_text("\\.(bak|old)$", ""), ".bak");
}

}  // namespace
}  // namespace stockade::conf
