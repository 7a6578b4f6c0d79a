#include "rules/support/directory_sections.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

std::vector<uint32_t> lines_over(std::string_view text, std::string_view directory) {
  const Snapshot snapshot = example_snapshot(*parse_example(text));
  std::vector<uint32_t> lines;
  for (const conf::Directive* section :
       DirectorySections(snapshot).over(snapshot.servers.all.back(), directory)) {
    lines.push_back(section->line);
  }
  return lines;
}

constexpr std::string_view kSections =
    "<DirectoryMatch ^/srv>\n</DirectoryMatch>\n"
    "<Directory /srv/shop>\n</Directory>\n"
    "<Directory />\n</Directory>\n"
    "<Directory /srv/*>\n</Directory>\n"
    "<VirtualHost *:80>\n<Directory /srv>\n</Directory>\n</VirtualHost>\n";

TEST(DirectorySections, ComeInMergingOrder) {
  EXPECT_EQ(lines_over(kSections, "/srv/shop/img"), (std::vector<uint32_t>{5, 10, 3, 7, 1}));
  EXPECT_EQ(lines_over(kSections, "/srv/shopping"), (std::vector<uint32_t>{5, 10, 7, 1}));
  EXPECT_EQ(lines_over(kSections, "/etc"), (std::vector<uint32_t>{5}));
}

bool option_on(std::string_view text, std::string_view option) {
  const Snapshot snapshot = example_snapshot(*parse_example(text));
  const conf::Server& server = snapshot.servers.all.back();
  return option_in(server, DirectorySections(snapshot).over(server, "/srv/shop"), option).on;
}

TEST(Options, AddUpAsHttpdMergesThem) {
  EXPECT_TRUE(option_on("", "FollowSymLinks"));
  EXPECT_FALSE(option_on("", "Indexes"));
  EXPECT_FALSE(option_on("<Directory />\nOptions None\n</Directory>\n", "FollowSymLinks"));
  EXPECT_TRUE(option_on("<Directory />\nOptions All\n</Directory>\n", "ExecCGI"));
  EXPECT_FALSE(option_on("<Directory />\nOptions All\n</Directory>\n", "MultiViews"));
  EXPECT_TRUE(
      option_on("Options Indexes\n<Directory /srv>\nOptions +ExecCGI\n</Directory>\n", "Indexes"));
  EXPECT_FALSE(
      option_on("Options Indexes\n<Directory /srv>\nOptions ExecCGI\n</Directory>\n", "Indexes"));
  EXPECT_FALSE(
      option_on("<Directory />\nOptions Indexes\n</Directory>\n"
                "<Directory /srv>\nOptions -Indexes\n</Directory>\n",
                "Indexes"));
}

}  // namespace
}  // namespace stockade::rules
