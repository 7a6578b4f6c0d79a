// Kernels and containers that refuse what the jail is made of: what is left holds, what is lost is
// said, nothing stays behind.
#include "poor_kernel.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>

#include <filesystem>

#include "site.h"

namespace stockade::test {
namespace {

#define NEEDS_JAILS() \
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why

struct Poverty {
  const char* name;
  std::vector<RefusedCall> refused;
  const char* lost;  // what "jail up" has to name
};

void PrintTo(const Poverty& one, std::ostream* out) { *out << one.name; }

const std::vector<Poverty> kPoverties = {
    {"NoLandlock", {{"landlock_create_ruleset", ENOSYS}}, "Linux 5.13"},
    {"NoUserNamespaces",
     {{"unshare", EPERM, CLONE_NEWUSER}, {"clone", EPERM, CLONE_NEWUSER}},
     "a root inside that is nobody outside"},
    {"NoNetworkNamespaces",
     {{"unshare", EPERM, CLONE_NEWNET}, {"clone", EPERM, CLONE_NEWNET}},
     "an empty network"},
    {"NoIdMappedMounts", {{"mount_setattr", ENOSYS}}, ""},
    {"OldKernel",
     {{"landlock_create_ruleset", ENOSYS},
      {"mount_setattr", ENOSYS},
      {"open_tree", ENOSYS},
      {"move_mount", ENOSYS},
      {"close_range", ENOSYS}},
     ""},
};

class PoorKernel : public testing::TestWithParam<Poverty> {};

TEST_P(PoorKernel, HoldsWithWhatIsLeftAndNamesTheRest) {
  NEEDS_JAILS();
  JailSite site;
  site.prepare_with([&] { refuse_calls(GetParam().refused); });
  for (const char* level : {"full", "strict"}) {
    const auto up = site.up({"--level", level});
    ASSERT_EQ(up.status, 0) << up.errors << site.error_log();
    EXPECT_NE(up.output.find(GetParam().lost), std::string::npos) << up.output;
    EXPECT_EQ(ask(site.port(), "/").status, 200);
    EXPECT_EQ(site.jail("verify").status, 0) << site.jail("verify").output;
    EXPECT_EQ(site.jail("down").status, 0);
  }
}
INSTANTIATE_TEST_SUITE_P(Jail, PoorKernel, testing::ValuesIn(kPoverties),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(PoorContainer, IsToldTheBestThatItCanHaveAndIsLeftAsItWas) {
  NEEDS_JAILS();
  JailSite site;
  site.prepare_with([] { prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0); });
  for (const char* level : {"unit", "chroot", "full", "strict"}) {
    const auto up = site.up({"--level", level});
    EXPECT_NE(up.status, 0);
    EXPECT_NE(up.errors.find("jail unit"), std::string::npos) << up.errors;
    EXPECT_FALSE(std::filesystem::exists(site.state() + "/apache2"));
  }
}

}  // namespace
}  // namespace stockade::test
