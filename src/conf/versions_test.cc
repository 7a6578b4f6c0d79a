// One file through the ages: who accepts it, and where the others stop. No httpd before 2.4 is at
// hand to judge; the rows follow the upgrading notes of each version.
#include "conf/versions.h"

#include <gtest/gtest.h>

#include "base/memory_file_system.h"
#include "conf/evaluate.h"

namespace stockade::conf {
namespace {

std::string verdict_of(const std::string& text, uint32_t version) {
  MemoryFileSystem disk;
  disk.add_file("/etc/httpd/httpd.conf", text);
  Environment environment;
  environment.config_file = "/etc/httpd/httpd.conf";
  environment.server_root = "/etc/httpd";
  environment.version = version;
  environment.built_in_modules = default_built_in_modules();
  const Config config = evaluate(disk, environment);
  const Problem* problem = config.verdict();
  return problem == nullptr ? "accepted" : std::to_string(problem->line) + ": " + problem->message;
}

constexpr std::string_view kOf13 =
    "ServerType standalone\n"
    "Port 80\n"
    "LoadModule access_module libexec/mod_access.so\n"
    "LoadModule auth_module libexec/mod_auth.so\n"
    "ClearModuleList\n"
    "AddModule mod_access.c\n"
    "User nobody\n"
    "<Directory />\n"
    "Order deny,allow\n"
    "Deny from all\n"
    "AuthType Basic\n"
    "AuthUserFile /etc/passwords\n"
    "require valid-user\n"
    "</Directory>\n";

constexpr std::string_view kOf22 =
    "Listen 80\n"
    "LoadModule authz_host_module modules/mod_authz_host.so\n"
    "LoadModule disk_cache_module modules/mod_disk_cache.so\n"
    "User apache\n"
    "LockFile logs/accept.lock\n"
    "CacheRoot /var/cache\n"
    "<Directory />\n"
    "Order deny,allow\n"
    "Deny from all\n"
    "</Directory>\n";

TEST(Versions, EachReadsItsOwn) {
  EXPECT_EQ(verdict_of(std::string(kOf13), 10342), "accepted");
  EXPECT_EQ(verdict_of(std::string(kOf22), 20215), "accepted");
}

TEST(Versions, TodaysRefusesWhatIsGone) {
  for (const char* line : {"ServerType standalone", "ClearModuleList", "LockFile x",
                           "AcceptMutex flock", "RewriteLog /x"}) {
    const std::string verdict = verdict_of(line + std::string("\n"), 20471);
    EXPECT_TRUE(verdict.starts_with("1: Invalid command '")) << line << ": " << verdict;
  }
  const std::string mixed = "<Directory /a>\nOptions Indexes -FollowSymLinks\n</Directory>\n";
  EXPECT_EQ(verdict_of(mixed, 20234), "accepted");
  EXPECT_TRUE(verdict_of(mixed, 20471).starts_with("2: Either all Options"));
  EXPECT_EQ(verdict_of("Port 80\n", 20471), "1: Port was replaced with Listen in Apache 2.0");
}

TEST(Versions, WhatCameLaterIsUnknownBefore) {
  EXPECT_EQ(verdict_of("StrictHostCheck On\n", 20449), "accepted");
  EXPECT_TRUE(verdict_of("StrictHostCheck On\n", 20448).starts_with("1: Invalid command"));
  EXPECT_EQ(verdict_of("<IfFile /x>\n</IfFile>\n", 20434), "accepted");
  EXPECT_TRUE(verdict_of("<IfFile /x>\n</IfFile>\n", 20433).starts_with("1: Invalid command"));
}

TEST(Versions, ARowIsGoneFromItsUntilOn) {
  EXPECT_EQ(replacement_of("lockfile", false, 20234), nullptr);
  ASSERT_NE(replacement_of("lockfile", false, 20400), nullptr);
  EXPECT_EQ(replacement_of("LockFile", false, 20471)->instead, "Mutex");
  EXPECT_EQ(replacement_of("LockFile", true, 20471), nullptr);
}

// A row that gives no way out is of no use, and one that ends before it begins is a slip.
TEST(Versions, TheTableIsSound) {
  for (const DirectiveInfo& row : all_directives()) {
    EXPECT_TRUE(row.until == 0 || row.since < row.until) << row.name;
  }
  for (size_t i = 0; i < kReplacementRowCount; ++i) {
    EXPECT_GT(kReplacementRows[i].until, 0u) << kReplacementRows[i].name;
    EXPECT_FALSE(kReplacementRows[i].instead.empty()) << kReplacementRows[i].name;
  }
}

}  // namespace
}  // namespace stockade::conf
