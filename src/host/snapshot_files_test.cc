#include "host/snapshot_files.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace stockade::host {
namespace {

PathFacts facts_of(FileType type, std::string target = "", std::string real_path = "") {
  PathFacts facts;
  facts.status.type = type;
  facts.target = std::move(target);
  facts.real_path = std::move(real_path);
  return facts;
}

class SnapshotFilesTest : public testing::Test {
 protected:
  SnapshotFilesTest() {
    snapshot_.paths.put("/srv/www", facts_of(FileType::directory));
    snapshot_.paths.put("/srv/www/sub", facts_of(FileType::directory));
    snapshot_.paths.put("/srv/www/sub/.htaccess", facts_of(FileType::regular));
    snapshot_.paths.put("/srv/www/up", facts_of(FileType::symlink, "sub", "/srv/www/sub"));
    snapshot_.paths.put_walk("/srv/www", true);
    snapshot_.paths.put_absent("/srv/old");
    snapshot_.contents["/srv/www/sub/.htaccess"] = "Require all denied\n";
  }
  int code_of(std::string_view path) const {
    const auto status = files_.status(path);
    return status ? 0 : status.error().code;
  }

  Snapshot snapshot_;
  SnapshotFiles files_{snapshot_};
};

TEST_F(SnapshotFilesTest, WhatWasNotRecordedIsUnknownAndNotAbsent) {
  EXPECT_EQ(code_of("/srv/www/sub"), 0);
  EXPECT_EQ(code_of("/srv"), 0);
  EXPECT_EQ(code_of("/srv/www/none"), ENOENT);
  EXPECT_EQ(code_of("/srv/old"), ENOENT);
  EXPECT_EQ(code_of("/srv/old/x"), ENOENT);
  EXPECT_EQ(code_of("/home/x"), ENODATA);
}

TEST_F(SnapshotFilesTest, LinksAreFollowed) {
  EXPECT_EQ(files_.link_status("/srv/www/up")->type, FileType::symlink);
  EXPECT_EQ(files_.status("/srv/www/up")->type, FileType::directory);
  EXPECT_EQ(files_.link_target("/srv/www/up").value(), "sub");
  EXPECT_EQ(files_.read("/srv/www/up/.htaccess", 100).value(), "Require all denied\n");
  EXPECT_EQ(files_.list("/srv/www").value(), (std::vector<std::string>{"sub", "up"}));
}

}  // namespace
}  // namespace stockade::host
