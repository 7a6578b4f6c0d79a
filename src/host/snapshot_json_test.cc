#include "host/snapshot_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/memory_file_system.h"

namespace stockade::host {
namespace {

// A value in every field that travels.
Snapshot full_snapshot() {
  MemoryFileSystem disk;
  disk.add_file("/etc/apache2/apache2.conf",
                "Include sites/*.conf\nInclude none.conf\nServerName \xff\xfe\n");
  disk.add_file("/etc/apache2/sites/a.conf",
                "<VirtualHost *:80>\nServerName a.example\n</VirtualHost>\n");
  Snapshot s;
  s.hostname = "web1";
  s.os = "Debian";
  s.root = "/copy";
  s.mounted_at = "/etc/apache2";
  s.taken_at = "2026-11-24T00:00:00Z";
  s.taken_by = "tony";
  s.httpd = {"/usr/sbin/apache2", 20462, "Apache/2.4.62", "event", "apache2-bin 2.4.62", "debian"};
  s.environment.defines = {"X"};
  s.environment.variables = {{"APACHE_LOG_DIR", "/var/log"}};
  s.environment.version = 20462;
  s.environment.built_in_modules = conf::default_built_in_modules();
  s.config = conf::evaluate(RecordingFileSystem(disk, s.config_files), s.environment);
  s.servers = conf::collect_servers(s.config);
  s.paths.put("/srv/a\xff",
              {{FileType::symlink, 0777, 1, 2, 3, -4, 5, UINT64_MAX}, "t", "/r", "ok"});
  s.paths.put_absent("/srv/none");
  s.paths.put_walk("/srv", false);
  s.contents["/srv/.htaccess"] = std::string("a\0b", 3);
  s.accounts = {{"tony", 1000, 1000, "/home/tony", "/bin/sh", true}, {"x", 1, 1, "", "", {}}};
  s.groups = {{"staff", 50, {"tony"}}};
  s.sockets = {{"::", 443, "apache2"}};
  s.processes = {{1, 2, 3, 4, "apache2", "/usr/sbin/apache2", {"/a.so"}, {"/a.so"}}};
  s.php = {{"apache2", "/etc/php.ini", {{"expose_php", "On"}}}};
  s.certificates = {{"/c.pem", {"a"}, "CN=a", "CN=b", -1, 2, "RSA", 2048, "sha", true, 2, "e"}};
  s.gaps = {{"what", "why", {"files"}}};
  s.coverage = {true, true, true, true, true, true, true, true};
  return s;
}

TEST(SnapshotJson, BringsEverythingBack) {
  const Snapshot before = full_snapshot();
  const std::string text = write_snapshot(before);
  const auto after = read_snapshot(text, "x.json");
  ASSERT_TRUE(after) << after.error().message();
  EXPECT_EQ(write_snapshot(*after), text);
  const PathFacts* facts = after->paths.find("/srv/a\xff");
  ASSERT_NE(facts, nullptr);
  EXPECT_EQ(facts->status.type, FileType::symlink);
  EXPECT_EQ(facts->status.inode, UINT64_MAX);
  EXPECT_EQ(facts->status.modified, -4);
  EXPECT_TRUE(after->paths.absent("/srv/none"));
  EXPECT_FALSE(after->paths.walked("/srv"));
  EXPECT_EQ(after->contents.at("/srv/.htaccess"), std::string("a\0b", 3));
  EXPECT_EQ(after->accounts[0].locked, true);
  EXPECT_EQ(after->accounts[1].locked, std::nullopt);
  EXPECT_EQ(after->certificates[0].not_before, -1);
  EXPECT_TRUE(after->coverage.certificates);
}

TEST(SnapshotJson, ReadsTheConfigurationAgain) {
  const Snapshot before = full_snapshot();
  ASSERT_EQ(before.servers.virtual_hosts().size(), 1u) << before.config.verdict()->message;
  const auto after = read_snapshot(write_snapshot(before), "x.json");
  ASSERT_TRUE(after) << after.error().message();
  ASSERT_EQ(after->servers.virtual_hosts().size(), 1u);
  EXPECT_EQ(after->servers.virtual_hosts()[0].name, "a.example");
  ASSERT_NE(after->config.verdict(), nullptr);
  EXPECT_EQ(after->config.verdict()->message, before.config.verdict()->message);
  EXPECT_EQ(after->config.files[0]->bytes, before.config.files[0]->bytes);
}

TEST(SnapshotJson, RefusesWhatIsNone) {
  const std::string good = R"({"schema":"stockade/snapshot/1")";
  const std::pair<std::string, const char*> cases[] = {
      {"", "parse error"},
      {"[1]", "it is no snapshot"},
      {R"({"schema":"stockade/report/1"})", "its schema is stockade/report/1"},
      {good, "parse error"},
      {good + R"(,"hostname":3})", "at /hostname: a text"},
      {good + R"(,"accounts":[{"uid":-1}]})", "at /accounts/0/uid: a whole number that fits"},
      {good + R"(,"accounts":[{"uid":4294967296}]})", "at /accounts/0/uid"},
      {good + R"(,"accounts":{}})", "at /accounts: a list"},
      {good + R"(,"accounts":[7]})", "at /accounts/0: an object"},
      {good + R"(,"sockets":[{"port":80.5}]})", "at /sockets/0/port"},
      {good + R"(,"hostname":{"base64":"!"}})", "at /hostname: base64"},
      {good + R"(,"paths":{"facts":[["a"]]}})", "at /paths/facts: a list of pairs"},
      {good + R"(,"config_files":{"contents":[["/a",{}]]}})", "at /config_files/contents/0/1"},
      {std::string(100'000, '['), "nests deeper"},
  };
  for (const auto& [text, cause] : cases) {
    const auto snapshot = read_snapshot(text, "x.json");
    ASSERT_FALSE(snapshot) << text.substr(0, 80);
    EXPECT_THAT(snapshot.error().message(), testing::HasSubstr(cause));
    EXPECT_THAT(snapshot.error().message(), testing::HasSubstr("x.json"));
  }
}

TEST(SnapshotJson, TakesFieldsItDoesNotKnow) {
  const auto snapshot =
      read_snapshot(R"({"schema":"stockade/snapshot/1","new":[1],"hostname":"x"})", "x.json");
  ASSERT_TRUE(snapshot) << snapshot.error().message();
  EXPECT_EQ(snapshot->hostname, "x");
  EXPECT_FALSE(snapshot->coverage.files);
}

}  // namespace
}  // namespace stockade::host
