#include "host/accounts.h"

#include <gtest/gtest.h>

#include "base/memory_file_system.h"

namespace stockade::host {
namespace {

TEST(Accounts, AreReadFromTheFiles) {
  MemoryFileSystem disk;
  disk.add_file("/etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n"
                "broken:x:many:33::/:/bin/sh\nshort:x\nold:*:7:7::/:/bin/sh\n"
                "new:x:8:8::/:/bin/sh\n");
  disk.add_file("/etc/group", "root:x:0:\nstaff:x:50:deploy, www-data\nbad:x:y:\n");
  disk.add_file("/etc/shadow", "root:$6$salt$secret:1:::::\nwww-data:*:1:::::\nold:$6$x:1::::::\n");
  Snapshot snapshot;
  Gaps gaps(snapshot.gaps, "root", true);
  collect_accounts(disk, snapshot, gaps);
  EXPECT_TRUE(snapshot.coverage.accounts);
  ASSERT_EQ(snapshot.accounts.size(), 4u);
  EXPECT_EQ(snapshot.account("root")->locked, false);
  EXPECT_EQ(snapshot.account("www-data")->locked, true);
  EXPECT_EQ(snapshot.account("www-data")->shell, "/usr/sbin/nologin");
  EXPECT_EQ(snapshot.account("old")->locked, true);
  EXPECT_EQ(snapshot.account("new")->locked, std::nullopt);
  ASSERT_EQ(snapshot.groups.size(), 2u);
  EXPECT_EQ(snapshot.group("staff")->members, (std::vector<std::string>{"deploy", "www-data"}));
  EXPECT_TRUE(snapshot.gaps.empty());
}

TEST(Accounts, SayWhatTheyDoNotKnow) {
  MemoryFileSystem disk;
  disk.add_file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n");
  disk.add_file("/etc/group", "root:x:0:\n");
  disk.add_file("/etc/nsswitch.conf", "passwd: files systemd sss\n");
  MemoryFile closed;
  closed.status.type = FileType::regular;
  closed.error = EACCES;
  disk.put("/etc/shadow", closed);
  Snapshot snapshot;
  Gaps gaps(snapshot.gaps, "tony", false);
  collect_accounts(disk, snapshot, gaps);
  ASSERT_EQ(snapshot.gaps.size(), 2u);
  EXPECT_EQ(snapshot.gaps[0].reason, "permission denied as user tony; run with sudo");
  EXPECT_EQ(snapshot.gaps[1].what, "users and groups of sss");
  EXPECT_EQ(snapshot.account("root")->locked, std::nullopt);
}

TEST(Accounts, AreUnknownWithoutTheirFile) {
  Snapshot snapshot;
  Gaps gaps(snapshot.gaps, "root", true);
  collect_accounts(MemoryFileSystem(), snapshot, gaps);
  EXPECT_FALSE(snapshot.coverage.accounts);
  EXPECT_EQ(snapshot.gaps.size(), 1u);
}

}  // namespace
}  // namespace stockade::host
