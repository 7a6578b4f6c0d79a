// rpm itself makes the packages and the database; what we read in it is held against rpm's answers.
#include "host/rpm_database.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "host/collect.h"
#include "scratch_tree.h"

namespace stockade::host {
namespace {

using testing::HasSubstr;

constexpr const char* kSpec = R"(Name: httpd-core
Version: 2.4.57
Release: 5.el9
{}Summary: a web server
License: none
BuildArch: noarch
%global debug_package %{{nil}}
%define _binary_filedigest_algorithm {}
%description
a web server
%install
mkdir -p %{{buildroot}}/usr/sbin %{{buildroot}}/etc/httpd/conf %{{buildroot}}/usr/lib64/httpd/modules
cp {}/program %{{buildroot}}/usr/sbin/httpd
echo module >%{{buildroot}}/usr/lib64/httpd/modules/mod_x.so
echo 'ServerRoot /etc/httpd' >%{{buildroot}}/etc/httpd/conf/httpd.conf
%files
/usr/sbin/httpd
/usr/lib64/httpd/modules/mod_x.so
%config /etc/httpd/conf/httpd.conf
)";

bool run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

// A tree with the files and the database of one installed package; empty where rpm is missing.
class RedHat : public testing::Test {
 protected:
  void SetUp() override {
    if (!run("command -v rpmbuild")) GTEST_SKIP() << "rpmbuild is not here";
  }

  void install(const std::string& epoch, int digest) {
    build_.write("/program", std::string("\x7f"
                                         "ELF\0Apache/2.4.57\0Apache/2.4.57 (Red Hat)\0",
                                         44));
    build_.write("/httpd.spec", fmt::format(fmt::runtime(kSpec), epoch, digest, build_.path()));
    const std::string top = "--define '_topdir " + build_.path() + "/top' ";
    ASSERT_TRUE(run("rpmbuild -bb " + top + build_.path() + "/httpd.spec"));
    const std::string database = "--dbpath " + build_.path() + "/db ";
    ASSERT_TRUE(run("rpm " + database + "--initdb"));
    ASSERT_TRUE(run("rpm " + database + "-i --nodeps --justdb --noscripts " + build_.path() +
                    "/top/RPMS/noarch/*.rpm"));
    const std::string content = "cd " + tree_.path() + " && rpm2cpio " + build_.path() +
                                "/top/RPMS/noarch/*.rpm | cpio -id";
    ASSERT_TRUE(run(content));
    tree_.make_directory("/var/lib/rpm");
    ASSERT_TRUE(run("cp " + build_.path() + "/db/* " + tree_.path() + "/var/lib/rpm/"));
  }

  Snapshot taken() {
    CollectOptions options;
    options.root = tree_.path();
    auto snapshot = collect(options);
    EXPECT_TRUE(snapshot);
    return snapshot ? *std::move(snapshot) : Snapshot();
  }

  std::string state_of(const Snapshot& snapshot, std::string_view path) {
    const PathFacts* facts = snapshot.paths.find(path);
    return facts == nullptr ? "not looked at" : facts->package_state;
  }

  test::ScratchTree build_;
  test::ScratchTree tree_;
};

TEST_F(RedHat, NamesThePackageAndComparesItsFiles) {
  install("", 8);
  const Snapshot fresh = taken();
  EXPECT_EQ(fresh.httpd.package, "httpd-core 2.4.57-5.el9");
  EXPECT_TRUE(fresh.coverage.packages);
  EXPECT_EQ(state_of(fresh, "/usr/sbin/httpd"), "ok");
  EXPECT_EQ(state_of(fresh, "/usr/lib64/httpd/modules/mod_x.so"), "ok");

  tree_.write("/usr/lib64/httpd/modules/mod_x.so", "somebody else's");
  tree_.write("/etc/httpd/conf/httpd.conf", "ServerRoot /etc/httpd\n# mine\n");
  const Snapshot changed = taken();
  EXPECT_EQ(state_of(changed, "/usr/sbin/httpd"), "ok");
  EXPECT_EQ(state_of(changed, "/usr/lib64/httpd/modules/mod_x.so"), "modified");
  EXPECT_NE(state_of(changed, "/etc/httpd/conf/httpd.conf"), "modified");
}

TEST_F(RedHat, KnowsEpochsAndOldDigests) {
  install("Epoch: 1\n", 1);
  const Snapshot snapshot = taken();
  EXPECT_EQ(snapshot.httpd.package, "httpd-core 1:2.4.57-5.el9");
  EXPECT_EQ(state_of(snapshot, "/usr/sbin/httpd"), "ok");
}

TEST_F(RedHat, ADamagedDatabaseIsAGap) {
  install("", 8);
  tree_.write("/var/lib/rpm/rpmdb.sqlite", std::string(20000, 'x'));
  const Snapshot snapshot = taken();
  EXPECT_FALSE(snapshot.coverage.packages);
  std::string reasons;
  for (const Gap& gap : snapshot.gaps) reasons += gap.reason + "\n";
  EXPECT_THAT(reasons, HasSubstr("not a database"));
}

TEST(RpmHeader, IsBounded) {
  // Counts and offsets beyond the end, in every place that holds one.
  for (const std::string& bytes :
       {std::string(), std::string(7, '\xff'), std::string(8, '\xff'), std::string(64, '\xff'),
        std::string("\0\0\0\1\0\0\0\4\0\0\3\xe8\0\0\0\6\xff\xff\xff\xff\0\0\0\1abc", 28),
        std::string("\0\0\0\1\0\0\0\4\0\0\3\xe8\0\0\0\6\0\0\0\0\xff\xff\xff\xff"
                    "abcd",
                    28)}) {
    EXPECT_EQ(read_rpm_header(bytes), std::nullopt);
  }
  const auto named =
      read_rpm_header(std::string("\0\0\0\1\0\0\0\4\0\0\3\xe8\0\0\0\6\0\0\0\0\0\0\0\1"
                                  "abc\0",
                                  28));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->name, "abc");
}

}  // namespace
}  // namespace stockade::host
