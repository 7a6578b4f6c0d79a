#include "host/packages.h"

#include <gtest/gtest.h>

#include "host/collect.h"
#include "scratch_tree.h"

namespace stockade::host {
namespace {

constexpr std::string_view kText =
    "Package: apache2\nStatus: deinstall ok config-files\nVersion: 1\n\n"
    "Package: apache2-bin\nStatus: install ok installed\nDescription: x\n Version: 9\n"
    "Version: 2.4.62-1\n\n"
    "Package: half\nStatus: install ok half-installed\nVersion: 3\n\n"
    "Package: last\nStatus: hold ok installed\nVersion: 1:4";

TEST(PackageVersion, IsThatOfAnInstalledOne) {
  EXPECT_EQ(installed_version(kText, "apache2-bin"), "2.4.62-1");
  EXPECT_EQ(installed_version(kText, "last"), "1:4");
}

TEST(PackageVersion, IsNothingOfOthers) {
  for (const char* name : {"apache2", "half", "apache", "none", ""}) {
    EXPECT_EQ(installed_version(kText, name), std::nullopt) << name;
  }
  EXPECT_EQ(installed_version("", "last"), std::nullopt);
}

class PackagesOfATree : public testing::Test {
 protected:
  PackagesOfATree() {
    tree_.write("/etc/apache2/apache2.conf", "");
    tree_.write("/usr/sbin/apache2", "x");
  }
  Snapshot taken() {
    CollectOptions options;
    options.root = tree_.path();
    auto snapshot = collect(options);
    EXPECT_TRUE(snapshot);
    return snapshot ? *std::move(snapshot) : Snapshot();
  }
  test::ScratchTree tree_;
};

TEST_F(PackagesOfATree, AreUnknownWithoutADatabase) {
  EXPECT_FALSE(taken().coverage.packages);
  tree_.write("/var/lib/dpkg/status", std::string(kText));
  EXPECT_FALSE(taken().coverage.packages);
}

TEST_F(PackagesOfATree, OwnTheProgramOrNot) {
  tree_.write("/var/lib/dpkg/status", std::string(kText));
  tree_.write("/var/lib/dpkg/info/last.list", "/.\n/usr/sbin/apache2ctl\n");
  Snapshot snapshot = taken();
  EXPECT_TRUE(snapshot.coverage.packages);
  EXPECT_EQ(snapshot.httpd.package, "");
  tree_.write("/var/lib/dpkg/info/apache2-bin:amd64.list", "/usr\n/usr/sbin/apache2\n");
  EXPECT_EQ(taken().httpd.package, "apache2-bin 2.4.62-1");
  tree_.write("/var/lib/rpm/rpmdb.sqlite", "");
  EXPECT_FALSE(taken().coverage.packages);
}

}  // namespace
}  // namespace stockade::host
