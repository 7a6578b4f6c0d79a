#include "rules/page.h"

#include <gtest/gtest.h>

namespace stockade::rules {
namespace {

constexpr std::string_view kPage = R"(
## What it finds
Text.
```apache bad
ServerTokens Full
```
```apache fixed
ServerTokens Prod
```
## Why it matters
```apache good
## a comment, no heading
```
```sh
apachectl -t
```
```apache bad
ServerTokens OS
```
)";

TEST(Page, FindsHeadingsOutsideOfFencesOnly) {
  const auto page = parse_page(kPage);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->sections.size(), 2u);
  EXPECT_EQ(page->sections[0].title, "What it finds");
  EXPECT_TRUE(page->sections[0].text.starts_with("Text.\n```apache bad\n"));
  EXPECT_TRUE(page->sections[0].text.ends_with("ServerTokens Prod\n```\n"));
  EXPECT_TRUE(page->sections[1].text.ends_with("ServerTokens OS\n```\n"));
  EXPECT_EQ(page->section("Why it matters"), &page->sections[1]);
  EXPECT_EQ(page->section("How to fix it"), nullptr);
}

TEST(Page, NumbersExamplesAndPairsTheFixedWithItsBadOne) {
  const auto page = parse_page(kPage);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->examples.size(), 4u);
  EXPECT_EQ(page->examples[0].label(), "bad1");
  EXPECT_EQ(page->examples[0].text, "ServerTokens Full\n");
  EXPECT_EQ(page->examples[0].line, 4u);
  EXPECT_EQ(page->examples[1].label(), "fixed1");
  EXPECT_EQ(page->examples[2].label(), "good1");
  EXPECT_EQ(page->examples[3].label(), "bad2");
  EXPECT_EQ(page->fixed(page->examples[0]), &page->examples[1]);
  EXPECT_EQ(page->fixed(page->examples[3]), nullptr);
}

TEST(Page, NamesTheLineOfAMistake) {
  const auto cause = [](std::string_view text) {
    const auto page = parse_page(text);
    return page ? std::string("none") : page.error().message();
  };
  EXPECT_NE(cause("a\n```apache bad\nx\n").find("not closed"), std::string::npos);
  EXPECT_NE(cause("a\n```apache ugly\n```\n").find("line 2"), std::string::npos);
  EXPECT_NE(cause("```apache fixed\n```\n").find("follows the bad one"), std::string::npos);
}

}  // namespace
}  // namespace stockade::rules
