#include "host/collect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch_tree.h"

namespace stockade::host {
namespace {

class Collect : public testing::Test {
 protected:
  Snapshot collect_tree() {
    options_.root = tree_.path();
    auto snapshot = collect(options_);
    EXPECT_TRUE(snapshot) << snapshot.error().message();
    return snapshot ? *std::move(snapshot) : Snapshot();
  }

  test::ScratchTree tree_;
  CollectOptions options_;
};

TEST_F(Collect, ReadsADebianTree) {
  tree_.write("/etc/apache2/apache2.conf",
              "User ${APACHE_RUN_USER}\nLoadModule mpm_worker_module /m.so\n"
              "IncludeOptional sites-enabled/*.conf\n<IfDefine EXTRA>\nTimeout 7\n</IfDefine>\n");
  tree_.write("/etc/apache2/sites-available/a.conf",
              "<VirtualHost *:80>\nServerName a.example\n</VirtualHost>\n");
  tree_.link("/etc/apache2/sites-enabled/a.conf", "../sites-available/a.conf");
  tree_.write("/etc/apache2/envvars", "export APACHE_RUN_USER=www-data\n");
  tree_.write("/etc/passwd", "www-data:x:33:33::/var/www:/bin/sh\n");
  tree_.write("/etc/group", "www-data:x:33:\n");
  tree_.write("/etc/hostname", "web1\n");
  tree_.write("/etc/os-release", "NAME=Debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
  options_.defines = {"EXTRA"};
  const Snapshot snapshot = collect_tree();
  EXPECT_EQ(snapshot.hostname, "web1");
  EXPECT_EQ(snapshot.os, "Debian GNU/Linux 12");
  EXPECT_EQ(snapshot.httpd.mpm, "worker");
  EXPECT_EQ(snapshot.httpd.vendor, "debian");
  ASSERT_EQ(snapshot.servers.virtual_hosts().size(), 1u);
  EXPECT_EQ(snapshot.servers.virtual_hosts()[0].name, "a.example");
  EXPECT_EQ(snapshot.servers.main().last("User")->arg(0), "www-data");
  EXPECT_EQ(snapshot.servers.main().last("Timeout")->arg(0), "7");
  EXPECT_NE(snapshot.account("www-data"), nullptr);
  EXPECT_EQ(snapshot.config.verdict(), nullptr);
}

TEST_F(Collect, TakesTheOptionsOfSysconfig) {
  tree_.write("/etc/httpd/conf/httpd.conf", "<IfDefine ONE>\nTimeout 9\n</IfDefine>\n");
  tree_.write("/etc/sysconfig/httpd", "OPTIONS=\"-DONE\"\n");
  EXPECT_EQ(collect_tree().servers.main().last("Timeout")->arg(0), "9");
}

TEST_F(Collect, FailsOnlyWithoutAConfiguration) {
  options_.root = tree_.path();
  EXPECT_FALSE(collect(options_));
  tree_.write("/apache2.conf", "<VirtualHost\nnonsense\n");
  EXPECT_NE(collect_tree().config.verdict(), nullptr);
}

TEST_F(Collect, SaysWhichVariablesOnlyAShellKnows) {
  tree_.write("/apache2.conf", "");
  tree_.write("/envvars", "export HOST=$(hostname)\n");
  const Snapshot snapshot = collect_tree();
  ASSERT_FALSE(snapshot.gaps.empty());
  EXPECT_EQ(snapshot.gaps[0].what, "variables HOST of /etc/apache2/envvars");
}

}  // namespace
}  // namespace stockade::host
