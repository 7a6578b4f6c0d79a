#include "rules/support/tree.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

std::string names_in_order(std::string_view text) {
  const auto example = parse_example(text);
  const Snapshot snapshot = example_snapshot(*example);
  std::string names;
  for_each_directive(snapshot.config,
                     [&](const conf::Directive& d) { names += std::string(d.name) + " "; });
  return names;
}

TEST(Tree, VisitsSectionsBeforeTheirChildrenAndComesBackUp) {
  EXPECT_EQ(names_in_order("Listen 80\n"
                           "<VirtualHost *:80>\n"
                           "  <Directory /srv>\n"
                           "    Options None\n"
                           "  </Directory>\n"
                           "  Timeout 5\n"
                           "</VirtualHost>\n"
                           "KeepAlive On\n"),
            "Listen VirtualHost Directory Options Timeout KeepAlive ");
  EXPECT_EQ(names_in_order(""), "");
}

TEST(Tree, OneTextReadTwiceIsOneText) {
  const auto example = parse_example("<Macro m>\nTimeout 5\n</Macro>\nUse m\nUse m\nTimeout 5\n");
  const Snapshot snapshot = example_snapshot(*example);
  const auto all = snapshot.config.all("Timeout");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(same_text(*all[0], *all[1]));
  EXPECT_FALSE(same_text(*all[1], *all[2]));
}

}  // namespace
}  // namespace stockade::rules
