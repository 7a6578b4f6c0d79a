#include "rules/support/governed.h"

#include <gtest/gtest.h>

#include "rules/example.h"
#include "rules/support/asked.h"

namespace stockade::rules {
namespace {

constexpr const char* kSite =
    "#: dir /srv/shop\n"
    "#: dir /srv/shop/admin\n"
    "#: dir /srv/icons\n"
    "Listen 80\n"
    "<Directory /srv/shop>\n    Require all granted\n</Directory>\n"
    "<Directory /srv/shop/admin>\n    Require ip 192.0.2.0/24\n</Directory>\n"
    "<Directory /nowhere>\n    Require all granted\n</Directory>\n"
    "<VirtualHost *:80>\n    ServerName shop.example\n    DocumentRoot /srv/shop\n"
    "    <Location /post>\n        <LimitExcept GET>\n            Require all denied\n"
    "        </LimitExcept>\n    </Location>\n</VirtualHost>\n";

class Governed : public testing::Test {
 protected:
  const conf::Directive& section(std::string_view kind, std::string_view argument) {
    for (const conf::Directive* one : snapshot.config.all_sections(kind)) {
      if (one->arg(0) == argument) return *one;
    }
    throw std::logic_error("no such section");
  }
  Snapshot snapshot = example_snapshot(*parse_example(kSite));
  Governing governing{snapshot};
};

TEST_F(Governed, AFolderThatAVirtualHostServes) {
  const auto root = governing.by(section("Directory", "/srv/shop"));
  ASSERT_TRUE(root);
  EXPECT_EQ(root->url, "http://shop.example/");
  EXPECT_EQ(root->outcome.answer, conf::Answer::open);
  const auto admin = governing.by(section("Directory", "/srv/shop/admin"));
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->path, "/admin/");
  EXPECT_EQ(admin->outcome.answer, conf::Answer::denied);
}

TEST_F(Governed, AFolderThatNobodyServesHasNoUrl) {
  EXPECT_FALSE(governing.by(section("Directory", "/nowhere")));
}

TEST_F(Governed, ByAnotherMethodIsAnotherQuestion) {
  const conf::Directive& location = section("Location", "/post");
  EXPECT_NE(governing.by(location)->outcome.answer, conf::Answer::denied);
  EXPECT_EQ(governing.by(location, "POST")->outcome.answer, conf::Answer::denied);
  EXPECT_EQ(asked(snapshot, *governing.by(location)->server, "/post", "POST").answer,
            conf::Answer::denied);
}

}  // namespace
}  // namespace stockade::rules
