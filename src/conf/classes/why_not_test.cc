#include "conf/classes/why_not.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "conf/classes/made_up_site.h"

namespace stockade::conf {
namespace {

std::vector<std::string> obstacles(const std::string& text, const std::string& target, int wanted,
                                   const std::string& method = "GET") {
  const Site site("<Directory />\nAllowOverride None\n</Directory>\nDocumentRoot /www\n" + text);
  Request request;
  request.host = "one.example";
  request.target = target;
  request.client = "203.0.113.9";
  request.method = method;
  const World world = site.world();
  const WhyNot why = why_not(world, request, predict(world, request), wanted);
  std::vector<std::string> lines;
  for (const Obstacle& obstacle : why.obstacles) {
    lines.push_back(
        fmt::format("{} @{}", obstacle.what, obstacle.by ? obstacle.by->place.line : 0));
  }
  return lines;
}

TEST(WhyNot, IsSilentWhereTheStatusIsReached) {
  EXPECT_THAT(obstacles("", "/a.html", 200), testing::IsEmpty());
}

TEST(WhyNot, NamesEachLineInTheWay) {
  EXPECT_THAT(obstacles("Redirect /a.html http://x.example/\n", "/a.html", 200),
              testing::ElementsAre(
                  testing::AllOf(testing::HasSubstr("redirect"), testing::EndsWith("@5"))));
  EXPECT_THAT(obstacles("<Location /a.html>\nRequire all denied\n</Location>\n", "/a.html", 200),
              testing::Contains(
                  testing::AllOf(testing::HasSubstr("access is denied"), testing::EndsWith("@6"))));
  EXPECT_THAT(obstacles("", "/none.html", 200),
              testing::ElementsAre("there is no /www/none.html @4"));
  EXPECT_THAT(obstacles("Options None\n", "/.git/", 200),
              testing::Contains(testing::HasSubstr("no index file")));
  EXPECT_THAT(obstacles("", "/a.html", 200, "PUT"),
              testing::Contains(testing::HasSubstr("nothing takes PUT")));
}

TEST(WhyNot, AsksForOtherStatusesToo) {
  EXPECT_THAT(obstacles("", "/a.html", 301), testing::Contains(testing::HasSubstr("Redirect")));
  EXPECT_THAT(obstacles("<Location />\nRequire all granted\n</Location>\n", "/a.html", 403),
              testing::Contains(testing::AllOf(testing::HasSubstr("access is granted"),
                                               testing::EndsWith("@6"))));
  EXPECT_THAT(obstacles("", "/a.html", 404),
              testing::ElementsAre(testing::HasSubstr("the file is there")));
}

// A file that is missing behind a Require that denies is told too.
TEST(WhyNot, LooksBehindTheFirstObstacle) {
  const auto found =
      obstacles("<Location />\nRequire all denied\n</Location>\n", "/none.html", 200);
  EXPECT_THAT(found, testing::Contains(testing::HasSubstr("access is denied")));
  EXPECT_THAT(found, testing::Contains(testing::HasSubstr("there is no")));
}

}  // namespace
}  // namespace stockade::conf
