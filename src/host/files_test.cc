// Paths, walks and contents, on a machine that is a plain value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/memory_file_system.h"
#include "host/contents.h"
#include "host/paths.h"
#include "host/served_walk.h"

namespace stockade::host {
namespace {

class Files : public testing::Test {
 protected:
  void deny(const char* path, FileType type) {
    MemoryFile file;
    file.status.type = type;
    file.error = EACCES;
    disk_.put(path, file);
  }

  const PathTable& collect(std::string_view config) {
    disk_.add_file("/etc/apache2/apache2.conf", config);
    disk_.add_file("/etc/passwd", "");
    layout_.config_file = "/etc/apache2/apache2.conf";
    snapshot_.environment.config_file = layout_.config_file;
    snapshot_.config = conf::evaluate(disk_, snapshot_.environment);
    Collector collector{options_,
                        layout_,
                        disk_,
                        snapshot_,
                        gaps_,
                        live_,
                        std::chrono::steady_clock::now() + std::chrono::seconds(10)};
    PathLooker looker(collector);
    collect_paths(collector, looker);
    walk_served_trees(collector, looker);
    collect_contents(collector, looker);
    return snapshot_.paths;
  }

  std::vector<std::string> gap_texts() const {
    std::vector<std::string> texts;
    for (const Gap& gap : snapshot_.gaps) texts.push_back(gap.what + ": " + gap.reason);
    return texts;
  }

  MemoryFileSystem disk_;
  CollectOptions options_;
  Layout layout_;
  Snapshot snapshot_;
  Gaps gaps_{snapshot_.gaps, "tony", false};
  bool live_ = true;
};

TEST_F(Files, AreRecordedWithTheirDirectoriesAndLinks) {
  disk_.add_directory("/data/logs", 0777, 33, 33);
  disk_.add_link("/var/log/apache2", "../../data/logs");
  disk_.add_file("/data/logs/error.log", "", 0640, 0, 4);
  const PathTable& paths = collect(
      "ErrorLog /var/log/apache2/error.log\nCustomLog \"|/usr/bin/rotatelogs -l x\" common\n"
      "PidFile run/x.pid\nErrorLog syslog:local7\n");
  ASSERT_NE(paths.find("/var/log/apache2"), nullptr);
  EXPECT_EQ(paths.find("/var/log/apache2")->target, "../../data/logs");
  EXPECT_EQ(paths.find("/var/log/apache2")->real_path, "/data/logs");
  EXPECT_EQ(paths.find("/var/log/apache2/error.log")->real_path, "/data/logs/error.log");
  EXPECT_EQ(paths.find("/data/logs/error.log")->status.gid, 4u);
  EXPECT_EQ(paths.find("/data/logs")->status.mode, 0777u);
  EXPECT_NE(paths.find("/"), nullptr);
  EXPECT_TRUE(paths.absent("/usr/bin/rotatelogs"));
  EXPECT_TRUE(paths.absent("/etc/apache2/run/x.pid"));
  EXPECT_TRUE(paths.absent("/etc/apache2/run"));
  EXPECT_THAT(gap_texts(), testing::IsEmpty());
}

TEST_F(Files, BehindLinksThatLeadNowhereAreNoWhere) {
  disk_.add_link("/a", "/b");
  disk_.add_link("/b", "/a");
  disk_.add_link("/dangling", "/none");
  const PathTable& paths = collect("PidFile /a/x\nScoreBoardFile /dangling\n");
  EXPECT_EQ(paths.find("/a")->real_path, "");
  EXPECT_EQ(paths.find("/dangling")->real_path, "");
  EXPECT_TRUE(paths.absent("/none"));
  EXPECT_EQ(paths.find("/a/x"), nullptr);
}

TEST_F(Files, OfACopyAreNotAbsentBecauseTheyWereNotCopied) {
  live_ = false;
  disk_.add_file("/var/www/x", "");
  const PathTable& paths =
      collect("PidFile /run/x\nScoreBoardFile /var/none\nDocumentRoot /etc/apache2/none\n");
  EXPECT_FALSE(paths.absent("/run/x"));
  EXPECT_TRUE(paths.absent("/var/none"));
  EXPECT_TRUE(paths.absent("/etc/apache2/none"));
}

TEST_F(Files, OutsideACopiedFolderAreUnknown) {
  live_ = false;
  layout_.mounted_at = "/etc/apache2";
  const PathTable& paths = collect("DocumentRoot /var/www\nPidFile none\n");
  EXPECT_EQ(paths.find("/var/www"), nullptr);
  EXPECT_FALSE(paths.absent("/var/www"));
  EXPECT_FALSE(paths.absent("/"));
  EXPECT_FALSE(paths.walked("/var/www"));
  EXPECT_TRUE(paths.absent("/etc/apache2/none"));
  EXPECT_THAT(gap_texts(),
              testing::ElementsAre("files outside /etc/apache2: the copy holds that folder only"));
}

TEST_F(Files, OfServedTreesAreWalked) {
  disk_.add_file("/srv/a/index.html", "");
  disk_.add_file("/srv/a/sub/x.php", "");
  disk_.add_file("/srv/icons/x.png", "");
  disk_.add_file("/srv/unserved/x", "");
  const PathTable& paths = collect(
      "DocumentRoot /srv/a\nAlias /icons/ /srv/icons/\n<VirtualHost *:80>\nDocumentRoot "
      "/srv/a/sub\n"
      "</VirtualHost>\n");
  EXPECT_TRUE(paths.walked("/srv/a"));
  EXPECT_TRUE(paths.walked("/srv/a/sub"));
  EXPECT_TRUE(paths.walked("/srv/icons"));
  EXPECT_FALSE(paths.walked("/srv"));
  EXPECT_EQ(paths.find("/srv/a/sub/x.php")->real_path, "/srv/a/sub/x.php");
  EXPECT_EQ(paths.find("/srv/unserved/x"), nullptr);
}

TEST_F(Files, BehindALinkAreWalkedOnce) {
  disk_.add_file("/srv/a/x", "");
  disk_.add_file("/data/up/y", "");
  disk_.add_link("/srv/a/up", "/data/up");
  disk_.add_link("/srv/a/self", "/srv/a");
  const PathTable& paths = collect("DocumentRoot /srv/a\n");
  EXPECT_TRUE(paths.walked("/srv/a"));
  ASSERT_NE(paths.find("/srv/a/up/y"), nullptr);
  EXPECT_EQ(paths.find("/srv/a/up/y")->real_path, "/data/up/y");
  EXPECT_TRUE(paths.walked("/srv/a/up"));
  EXPECT_FALSE(paths.walked("/srv/a/self")) << "known by its other name only";
  EXPECT_EQ(paths.find("/srv/a/self/x"), nullptr);
}

TEST_F(Files, ThatMayNotBeSeenAreAGap) {
  disk_.add_file("/srv/a/open/x", "");
  deny("/srv/a/closed", FileType::directory);
  const PathTable& paths = collect("DocumentRoot /srv/a\n");
  EXPECT_FALSE(paths.walked("/srv/a"));
  EXPECT_FALSE(paths.walked("/srv/a/closed"));
  EXPECT_TRUE(paths.walked("/srv/a/open"));
  EXPECT_THAT(gap_texts(),
              testing::ElementsAre("what lies below /srv/a/closed: permission denied as user tony; "
                                   "run with sudo"));
}

TEST_F(Files, BeyondTheBudgetAreAGap) {
  for (int i = 0; i < 50; ++i) disk_.add_file("/srv/a/" + std::to_string(i), "");
  options_.max_paths = 10;
  const PathTable& paths = collect("DocumentRoot /srv/a\n");
  EXPECT_FALSE(paths.walked("/srv/a"));
  EXPECT_EQ(paths.below("/srv/a").size(), 10u);
  EXPECT_THAT(gap_texts(), testing::ElementsAre("what lies below /srv/a: more than 10 paths"));
}

TEST_F(Files, OfTheKernelAndOtherDevicesAreNotWalked) {
  disk_.add_file("/proc/1/environ", "");
  disk_.add_link("/srv/a/proc", "/proc");
  MemoryFile mounted;
  mounted.status.type = FileType::directory;
  mounted.status.device = 7;
  mounted.listed = true;
  disk_.put("/srv/a/nfs", mounted);
  disk_.add_file("/srv/a/nfs/x", "");
  const PathTable& paths = collect("DocumentRoot /srv/a\n");
  EXPECT_EQ(paths.find("/srv/a/proc/1"), nullptr);
  EXPECT_EQ(paths.find("/srv/a/nfs/x"), nullptr);
  EXPECT_FALSE(paths.walked("/srv/a/proc"));
  EXPECT_FALSE(paths.walked("/srv/a/nfs"));
  EXPECT_EQ(snapshot_.gaps.size(), 2u);
}

TEST_F(Files, OfAccessControlAreReadUnlessTheyAreLinks) {
  disk_.add_file("/srv/.htaccess", "above\n");
  disk_.add_file("/srv/a/sub/.htaccess", "Options +Indexes\n");
  disk_.add_file("/srv/a/sub/.acl", "own name\n");
  disk_.add_file("/etc/shadow", "root:$6$secret\n");
  disk_.add_link("/srv/a/evil/.htaccess", "/etc/shadow");
  collect("AccessFileName .acl\nDocumentRoot /srv/a\n");
  EXPECT_EQ(snapshot_.contents["/srv/.htaccess"], "above\n");
  EXPECT_EQ(snapshot_.contents["/srv/a/sub/.htaccess"], "Options +Indexes\n");
  EXPECT_EQ(snapshot_.contents["/srv/a/sub/.acl"], "own name\n");
  EXPECT_FALSE(snapshot_.contents.contains("/srv/a/evil/.htaccess"));
  EXPECT_THAT(gap_texts(), testing::ElementsAre("content of /srv/a/evil/.htaccess: it is a link, "
                                                "which is not followed"));
}

TEST_F(Files, OfPasswordsLoseTheirHashes) {
  disk_.add_file("/etc/apache2/users", "# x\ntony:$apr1$salt$secrethash\nadmin:{SHA}secretsha=\n");
  disk_.add_file("/etc/ssl/private/x.key", "secret key");
  collect("AuthUserFile users\nSSLCertificateKeyFile /etc/ssl/private/x.key\n");
  EXPECT_EQ(snapshot_.contents["/etc/apache2/users"], "tony:$apr1$\nadmin:{SHA}\n");
  EXPECT_FALSE(snapshot_.contents.contains("/etc/ssl/private/x.key"));
  EXPECT_NE(snapshot_.paths.find("/etc/ssl/private/x.key"), nullptr);
}

TEST(CutHashes, KeepsTheSchemeOnly) {
  const std::pair<const char*, const char*> cases[] = {
      {"a:$2y$05$abcdefghijklmnopqrstuv", "a:$2y$05$\n"},
      {"a:$6$rounds=5000$salt$hash", "a:$6$\n"},
      {"a:{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=", "a:{SHA}\n"},
      {"a:rqXexS6ZhobKA", "a:{CRYPT}\n"},
      {"a:hunter2", "a:{OTHER}\n"},
      {"a:$hunter2", "a:{OTHER}\n"},
      {"a:", "a:\n"},
      {"a", ""},
      {"a:$hunter2$x", "a:{OTHER}\n"},
      {"a:realm:0123456789abcdef0123456789abcdef", "a:realm:\n"},
      {"a:hunter2:x", "a:{OTHER}\n"},
  };
  for (const auto& [line, cut] : cases) EXPECT_EQ(cut_hashes(line), cut) << line;
}

}  // namespace
}  // namespace stockade::host
