// Looked at by somebody who may not see everything: gaps with reasons, never "httpd refuses".
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "program.h"
#include "site.h"

namespace stockade::robust {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

#define NEEDS_ROOT() \
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else"

TEST(RobustUnprivileged, AnUnreadableFile) {
  NEEDS_ROOT();
  const Site site("Include c/*.conf\nHeader set X-A b\nTraceEnable On");
  site.write(Site::in_c("secret.conf"), "LoadModule headers_module modules/mod_headers.so\n", 0600);
  const auto report = audit({"--root", site.path()}, kNobody);
  EXPECT_THAT(not_checked(report),
              Contains(AllOf(HasSubstr("c/secret.conf"), HasSubstr("Permission denied"))));
  // Nor is a directive unknown whose module may be loaded there.
  EXPECT_THAT(refusals(report), IsEmpty());
}

TEST(RobustUnprivileged, AFolderWithoutSearchOrReadPermission) {
  NEEDS_ROOT();
  for (const unsigned mode : {0711u, 0744u, 0700u}) {
    for (const std::string include : {"Include c/*.conf", "IncludeOptional c/*.conf", "Include c",
                                      "IncludeOptional c/a.conf", "Include c/a.conf"}) {
      const Site site(include);
      site.write(Site::in_c("a.conf"), "TraceEnable On\n");
      site.chmod("/etc/apache2/c", mode);
      const auto report = audit({"--root", site.path()}, kNobody);
      EXPECT_THAT(refusals(report), IsEmpty()) << include << mode;
      const bool passable = (mode & 1) != 0 && include.ends_with("a.conf");
      const auto named =
          Contains(AllOf(HasSubstr("/etc/apache2/c"), HasSubstr("Permission denied")));
      if (passable) {
        EXPECT_THAT(not_checked(report), Not(named)) << include << mode;
      } else {
        EXPECT_THAT(not_checked(report), named) << include << mode;
      }
    }
  }
}

TEST(RobustUnprivileged, AnIfFileThatMayNotBeSeen) {
  NEEDS_ROOT();
  const Site site("<IfFile /secret/x>\nTraceEnable On\n</IfFile>");
  site.write("/secret/x", "");
  site.chmod("/secret", 0700);
  EXPECT_THAT(not_checked(audit({"--root", site.path()}, kNobody)),
              Contains(HasSubstr("whether /secret/x exists is not known")));
}

TEST(RobustUnprivileged, AnUnreadableMainFile) {
  NEEDS_ROOT();
  const Site site("");
  site.chmod("/etc/apache2/apache2.conf", 0600);
  EXPECT_EQ(run({"audit", "--root", site.path()}, kNobody).status, 3);
  const auto report = audit({"--root", site.path()}, kNobody);
  EXPECT_THAT(report["findings"], IsEmpty());  // an unread configuration is not an empty one
  EXPECT_THAT(not_checked(report),
              AllOf(Contains(HasSubstr("apache2.conf: Permission denied")),
                    Contains("every rule: the main configuration file was not read")));
}

TEST(RobustUnprivileged, ThisMachine) {
  NEEDS_ROOT();
  if (access("/etc/apache2/apache2.conf", R_OK) != 0) GTEST_SKIP() << "no httpd is installed here";
  const auto report = audit({}, kNobody);
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("permission denied as user nobody")));
}

}  // namespace
}  // namespace stockade::robust
