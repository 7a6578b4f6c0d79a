#include "rules/support/captures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace stockade::rules {
namespace {

std::vector<std::string> texts(std::string_view expression) {
  std::vector<std::string> texts;
  for (const Group& group : groups_of(expression)) texts.emplace_back(group.text);
  return texts;
}

TEST(Captures, GroupsAreCountedAsPerlDoes) {
  using testing::ElementsAre;
  EXPECT_THAT(texts("^/(a(b)c)/(.*)$"), ElementsAre("a(b)c", "b", ".*"));
  EXPECT_THAT(texts(R"(^\(x\)([)(]+)(?:y)(?=z))"), ElementsAre("[)(]+"));
  EXPECT_THAT(texts("(?<n>x)(?<!y)"), ElementsAre("?<n>x"));
  EXPECT_THAT(texts("no groups"), ElementsAre());
}

TEST(Captures, WhatAGroupTakes) {
  EXPECT_TRUE(group_takes("[^/]+", "evil.example"));
  EXPECT_FALSE(group_takes("a|b", "evil.example"));
  EXPECT_FALSE(group_takes("[0-9]+", "1.2"));
}

TEST(Captures, References) {
  const auto found = references_in(R"(http://%{HTTP_HOST}:%1/$2?${map:$1}\$3%)");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].name, "HTTP_HOST");
  EXPECT_EQ(found[1].kind, Reference::Kind::condition_group);
  EXPECT_EQ(found[2].number, 2u);
  EXPECT_EQ(found[3].kind, Reference::Kind::map);
}

TEST(Captures, OriginOfAUrl) {
  EXPECT_EQ(origin_of("http://a:80/x"), "http://a:80");
  EXPECT_EQ(origin_of("http://a$1"), "http://a$1");
  EXPECT_EQ(origin_of("https://%{HTTP:X/Y}/z"), "https://%{HTTP:X/Y}");
  EXPECT_EQ(origin_of("/x"), "");
}

}  // namespace
}  // namespace stockade::rules
