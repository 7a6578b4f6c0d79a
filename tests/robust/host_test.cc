// What may lie in the trees that a server serves.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "program.h"
#include "site.h"

namespace stockade::robust {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(RobustHost, FifosAndLoopsInAServedTree) {
  const Site site("DocumentRoot /srv/www\nAlias /up /srv/www/up/up/up");
  site.make_directory("/srv/www/sub");
  for (const std::string name : {"/fifo", "/.htaccess", "/sub/.htpasswd", "/sub/dump.sql"}) {
    ASSERT_EQ(mkfifo(site.outside("/srv/www" + name).c_str(), 0644), 0);
  }
  site.link("/srv/www/up", "..");
  site.link("/srv/www/self", "self");
  site.link("/srv/www/a", "b");
  site.link("/srv/www/b", "a");
  site.link("/srv/www/sub/.htaccess", "/dev/zero");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(not_checked(report),
              Contains(AllOf(HasSubstr("/srv/www/.htaccess"), HasSubstr("not a regular file"))));
}

TEST(RobustHost, APasswordFileThatIsAFifo) {
  const Site site(
      "<Directory /srv>\nAuthType Basic\nAuthName x\nAuthUserFile /etc/users\n"
      "Require valid-user\n</Directory>");
  ASSERT_EQ(mkfifo(site.outside("/etc/users").c_str(), 0644), 0);
  EXPECT_THAT(not_checked(audit({"--root", site.path()})),
              Contains(AllOf(HasSubstr("/etc/users"), HasSubstr("not a regular file"))));
}

TEST(RobustHost, DatabasesThatAreFifos) {
  const Site site("TraceEnable On");
  for (const std::string name : {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/os-release",
                                 "/etc/hostname", "/etc/apache2/envvars", "/usr/sbin/apache2",
                                 "/var/lib/dpkg/status", "/etc/php/8.2/apache2/php.ini"}) {
    site.make_directory(std::filesystem::path(name).parent_path().string());
    ASSERT_EQ(mkfifo(site.outside(name).c_str(), 0644), 0);
  }
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("users and groups: not a regular file")));
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("/etc/apache2/envvars: not a regular file")));
}

TEST(RobustHost, NamesThatAreNoTextInAServedTree) {
  const Site site("DocumentRoot /srv");
  site.write("/srv/\xff\xfe/.git/HEAD", "ref: x\n");
  site.write("/srv/\xff\xfe/a\nb.sql", "x\n");
  const auto report = audit({"--root", site.path()});
  EXPECT_GE(report["findings"].size(), 1u);
  const std::string snapshot = site.outside("/snapshot.json");
  EXPECT_EQ(run({"snapshot", "--root", site.path(), "--output", snapshot}).status, 0);
  const auto again = audit({"--snapshot", snapshot});
  EXPECT_EQ(again["findings"].size(), report["findings"].size());
}

TEST(RobustHost, ADeepTree) {
  const Site site("DocumentRoot /srv");
  std::string deep = "/srv";
  for (int i = 0; i < 200; ++i) deep += "/d";
  site.make_directory(deep);
  EXPECT_THAT(not_checked(audit({"--root", site.path()})),
              Contains(HasSubstr("deeper than 64 directories")));
}

TEST(RobustHost, MoreFilesThanTheBudget) {
  const char* mode = std::getenv("TEST_MODE");
  if (mode == nullptr || std::string_view(mode) != "full") {
    GTEST_SKIP() << "200,001 files are made by ./test --full only";
  }
  const Site site("DocumentRoot /srv");
  for (int i = 0; i < 200; ++i) {
    const std::string folder = fmt::format("/srv/{}", i);
    site.make_directory(folder);
    for (int j = 0; j < 1000; ++j) {
      std::ofstream(fmt::format("{}{}/{}", site.path(), folder, j)) << "";
    }
  }
  EXPECT_THAT(
      not_checked(audit({"--root", site.path()})),
      Contains(AllOf(HasSubstr("what lies below /srv"), HasSubstr("more than 200000 paths"))));
}

}  // namespace
}  // namespace stockade::robust
