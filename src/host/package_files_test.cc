#include "host/package_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/text.h"
#include "host/collect.h"
#include "scratch_tree.h"

namespace stockade::host {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(PackageFiles, AreReadFromDpkgsList) {
  const std::string md5 = "57f43109ac216f7fde3548ab4596c192";
  const auto files =
      parse_md5sums(md5 + "  usr/lib/a b.so\n" + md5 + " usr/one-blank\nnonsense\n" + md5 +
                    "  \nX" + md5.substr(1) + "  usr/x\n" + md5 + "  usr/../../etc/y");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, "/usr/lib/a b.so");
  EXPECT_EQ(files[0].digest, md5);
  EXPECT_EQ(files[1].path, "/etc/y");
}

TEST(PackageFiles, HaveAChecksum) {
  EXPECT_EQ(digest_of("", DigestKind::md5), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(digest_of("abc", DigestKind::md5), "900150983cd24fb0d6963f7d28e17f72");
}

class PackageFilesOfATree : public testing::Test {
 protected:
  PackageFilesOfATree() {
    tree_.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    tree_.write("/etc/apache2/apache2.conf", "LoadModule x_module /usr/lib/x/mod_x.so\n");
    tree_.write("/usr/sbin/apache2", "program");
    tree_.write("/usr/lib/x/mod_x.so", "module");
    tree_.write("/var/lib/dpkg/status",
                "Package: apache2-bin\nStatus: install ok installed\nVersion: 2.4.62-1\n");
    package("apache2-bin", "/usr/sbin/apache2", "program");
    package("others-module:amd64", "/usr/lib/x/mod_x.so", "module");
  }

  void package(const std::string& name, const std::string& path, const std::string& content) {
    tree_.write("/var/lib/dpkg/info/" + name + ".list", "/.\n" + path + "\n");
    tree_.write("/var/lib/dpkg/info/" + name + ".md5sums",
                digest_of(content, DigestKind::md5) + "  " + path.substr(1) + "\n");
  }

  Snapshot taken() {
    CollectOptions options;
    options.root = tree_.path();
    auto snapshot = collect(options);
    EXPECT_TRUE(snapshot);
    return snapshot ? *std::move(snapshot) : Snapshot();
  }
  std::string state(const Snapshot& snapshot, const char* path) {
    const PathFacts* facts = snapshot.paths.find(path);
    return facts == nullptr ? "unknown" : facts->package_state;
  }

  test::ScratchTree tree_;
};

TEST_F(PackageFilesOfATree, AreAsTheyWereOrNot) {
  Snapshot snapshot = taken();
  EXPECT_EQ(state(snapshot, "/usr/sbin/apache2"), "ok");
  EXPECT_EQ(state(snapshot, "/usr/lib/x/mod_x.so"), "ok");
  tree_.write("/usr/lib/x/mod_x.so", "Module");
  snapshot = taken();
  EXPECT_EQ(state(snapshot, "/usr/sbin/apache2"), "ok");
  EXPECT_EQ(state(snapshot, "/usr/lib/x/mod_x.so"), "modified");
}

TEST_F(PackageFilesOfATree, MayBeDiverted) {
  tree_.write("/usr/sbin/apache2.orig", "program");
  tree_.write("/usr/sbin/apache2", "wrapper");
  tree_.write("/var/lib/dpkg/diversions", "/usr/sbin/apache2\n/usr/sbin/apache2.orig\n:\n");
  const Snapshot snapshot = taken();
  EXPECT_EQ(state(snapshot, "/usr/sbin/apache2.orig"), "ok");
  EXPECT_EQ(state(snapshot, "/usr/sbin/apache2"), "");
}

// A schema that an application's package brings, served behind a link, and one left behind beside.
TEST_F(PackageFilesOfATree, AreToldApartFromWhatWasLeftBehind) {
  tree_.write("/etc/apache2/apache2.conf",
              "LoadModule x_module /usr/lib/x/mod_x.so\nDocumentRoot /srv/www\n");
  tree_.write("/usr/share/app/schema.sql", "CREATE");
  tree_.write("/usr/share/app/changed.sql", "INSERT");
  tree_.write("/usr/share/app/customers.sql", "INSERT");
  tree_.make_directory("/srv/www");
  tree_.link("/srv/www/app", "/usr/share/app");
  package("app", "/usr/share/app/schema.sql", "CREATE");
  package("other", "/usr/share/app/changed.sql", "CREATE");
  const Snapshot snapshot = taken();
  EXPECT_EQ(state(snapshot, "/srv/www/app/schema.sql"), "ok");
  EXPECT_EQ(state(snapshot, "/srv/www/app/changed.sql"), "");
  EXPECT_EQ(state(snapshot, "/srv/www/app/customers.sql"), "");
}

TEST_F(PackageFilesOfATree, ThatCannotBeReadAreAGap) {
  tree_.make_directory("/usr/lib/x/mod_y.so");
  package("libapache2-mod-y", "/usr/lib/x/mod_y.so", "y");
  std::vector<std::string> gaps;
  for (const Gap& gap : taken().gaps) gaps.push_back(gap.what + ": " + gap.reason);
  EXPECT_THAT(gaps, Contains(HasSubstr("changed: /usr/lib/x/mod_y.so: Is a directory")));
}

// dpkg is the judge: the same files of apache2-bin differ for it and for us.
TEST(PackageFilesOfThisMachine, AreWhatDpkgVerifiesToo) {
  CollectOptions options;
  if (access("/var/lib/dpkg/info/apache2-bin.md5sums", R_OK) != 0) {
    GTEST_SKIP() << "httpd is not installed as a package here";
  }
  const auto snapshot = collect(options);
  if (!snapshot) GTEST_SKIP() << snapshot.error().message();
  std::vector<std::string> ours;
  size_t compared = 0;
  for (const auto& [path, facts] : snapshot->paths.facts()) {
    compared += facts.package_state.empty() ? 0 : 1;
    if (facts.package_state == "modified") ours.push_back(path);
  }
  EXPECT_GT(compared, 100u);
  FILE* pipe = popen("dpkg --verify apache2-bin libapr1 libaprutil1 2>/dev/null", "r");
  ASSERT_NE(pipe, nullptr);
  std::string said;
  std::array<char, 4096> buffer{};
  while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) said += buffer.data();
  pclose(pipe);
  for (const std::string& path : ours) EXPECT_THAT(said, HasSubstr(path));
  for (std::string_view line : split(said, '\n')) {
    // "??5??????   /path", with a "c" before the path of a configuration file.
    const auto words = split_words(line);
    if (words.size() != 2 || words[0].size() < 3 || words[0][2] != '5') continue;
    EXPECT_THAT(ours, Contains(std::string(words[1])));
  }
}

}  // namespace
}  // namespace stockade::host
