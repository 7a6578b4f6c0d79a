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
  // Debian has rpm's tools as well.
  tree_.write("/var/lib/rpm/rpmdb.sqlite", "");
  EXPECT_EQ(taken().httpd.package, "apache2-bin 2.4.62-1");
  tree_.write("/var/lib/dpkg/info/apache2-bin:amd64.list", "/usr\n");
  EXPECT_FALSE(taken().coverage.packages);
}

TEST(PackagesOfRedHat, InAnOlderDatabaseAreAGap) {
  const test::ScratchTree tree;
  tree.write("/etc/httpd/conf/httpd.conf", "ServerRoot /etc/httpd\n");
  tree.write("/usr/sbin/httpd", std::string("\x7f"
                                            "ELF\0Apache/2.4.57\0Apache/2.4.57 (Red Hat "
                                            "Enterprise Linux)\0",
                                            60));
  tree.write("/var/lib/rpm/Packages", "Berkeley's");
  CollectOptions options;
  options.root = tree.path();
  const auto snapshot = collect(options);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->httpd.version, 20457u);
  EXPECT_EQ(snapshot->httpd.vendor, "rhel");
  EXPECT_EQ(snapshot->httpd.package, "");
  EXPECT_FALSE(snapshot->coverage.packages);
  bool said = false;
  for (const Gap& gap : snapshot->gaps)
    said = said || gap.reason.find("rpm -V") != std::string::npos;
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace stockade::host
