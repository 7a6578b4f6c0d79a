#include "rules/support/headers.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/example.h"

namespace stockade::rules {
namespace {

// "on_success/always/section" of X-A in the last server of the text.
std::string state(std::string_view text) {
  const Snapshot snapshot = example_snapshot(*parse_example(text));
  const HeaderState state = HeaderLines(snapshot, "x-a").of(snapshot.servers.all.back());
  const auto value = [](const auto& line) {
    return line ? std::string(line->value) : std::string("-");
  };
  return value(state.on_success) + "/" + value(state.always) +
         (state.in_section != nullptr ? "/section" : "");
}

TEST(Headers, TwoTables) {
  EXPECT_EQ(state("Header set X-A 1\n"), "1/-");
  EXPECT_EQ(state("Header onsuccess set X-A 1\nHeader always append X-A: 2\n"), "1/2");
  EXPECT_EQ(state("Header set X-A 1\nHeader always unset X-A\n"), "1/-");
  EXPECT_EQ(state("Header set X-A 1\nHeader unset x-a\n"), "-/-");
  EXPECT_EQ(state("Header set X-A 1\nHeader unset X-A env=y\n"), "1/-");
  EXPECT_EQ(state("Header edit X-A 1 2\nHeader set X-B 1\n"), "-/-");
}

TEST(Headers, AVirtualHostAddsToTheMainServers) {
  EXPECT_EQ(
      state("Header set X-A 1\n<VirtualHost *:80>\nHeader always set X-A 2\n</VirtualHost>\n"),
      "1/2");
  EXPECT_EQ(state("Header set X-A 1\n<VirtualHost *:80>\nHeader unset X-A\n</VirtualHost>\n"),
            "-/-");
}

TEST(Headers, SectionsCoverAPart) {
  EXPECT_EQ(state("<Directory /srv>\nHeader set X-A 1\n</Directory>\n"), "-/-/section");
  EXPECT_EQ(state("<Location />\nHeader set X-A 1\n</Location>\n"), "1/-");
  EXPECT_EQ(state("<VirtualHost *:80>\n<LocationMatch \"^\">\nHeader set X-A 1\n</LocationMatch>\n"
                  "</VirtualHost>\n"),
            "1/-");
}

}  // namespace
}  // namespace stockade::rules
