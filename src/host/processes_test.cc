#include "host/processes.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/live_file_system.h"

namespace stockade::host {
namespace {

TEST(ProcNet, ListsListenersOnly) {
  const auto found = parse_proc_net(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
      "4711 1\n"
      "   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
      "4712 1\n"
      "   2: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 "
      "4713 1\n"
      "   3: zz:0050 0:0 0A 0:0 0:0 0 0 0 1\nshort\n"
      "   4: 00000000000000000000000000000000:01BB 0:0 0A 0:0 0:0 0 0 0 4714 1\n");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].socket.address, "127.0.0.1");
  EXPECT_EQ(found[0].socket.port, 8080);
  EXPECT_EQ(found[0].inode, 4711u);
  EXPECT_EQ(found[1].socket.address, "0.0.0.0");
  EXPECT_EQ(found[2].socket.address, "::");
  EXPECT_EQ(found[2].socket.port, 443);
}

TEST(ProcStatus, NamesOwnerAndParent) {
  const auto process = parse_proc_status(
      "Name:\tapache2\nUmask:\t0022\nPPid:\t77\nUid:\t0\t33\t33\t33\nGid:\t0\t34\t34\t34\n");
  ASSERT_TRUE(process);
  EXPECT_EQ(process->name, "apache2");
  EXPECT_EQ(process->parent, 77u);
  EXPECT_EQ(process->uid, 33u);
  EXPECT_EQ(process->gid, 34u);
  EXPECT_FALSE(parse_proc_status(""));
  EXPECT_FALSE(parse_proc_status("Name:\tx\nUid:\t0\n"));
}

TEST(ProcMaps, TellWhatWasReplaced) {
  Process process;
  parse_proc_maps(
      "5500-5501 r-xp 00000000 08:01 1 /usr/sbin/apache2\n"
      "7f00-7f01 r-xp 00000000 08:01 2 /usr/lib/libssl.so.3 (deleted)\n"
      "7f01-7f02 rw-p 00000000 08:01 2 /usr/lib/libssl.so.3 (deleted)\n"
      "7f03-7f04 rw-s 00000000 00:01 3 /dev/zero (deleted)\n"
      "7f05-7f06 rw-p 00000000 00:00 0 [heap]\n7f07-7f08 rw-p 00000000 00:00 0\n",
      process);
  EXPECT_THAT(process.mapped, testing::ElementsAre("/usr/lib/libssl.so.3", "/usr/sbin/apache2"));
  EXPECT_THAT(process.deleted_mapped, testing::ElementsAre("/usr/lib/libssl.so.3"));
}

// This process listens, so it must be found.
TEST(LiveMachine, ShowsWhoListens) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(listener, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);

  const LiveFileSystem files;
  const CollectOptions options;
  const Layout layout;
  Snapshot snapshot;
  Gaps gaps(snapshot.gaps, "x", false);
  Collector collector{options, layout, files, snapshot, gaps, true, {}};
  collect_processes(collector);
  collect_sockets(collector);
  close(listener);
  EXPECT_TRUE(snapshot.coverage.processes);
  EXPECT_TRUE(snapshot.coverage.sockets);
  const auto self = std::find_if(snapshot.processes.begin(), snapshot.processes.end(),
                                 [](const Process& p) { return p.pid == uint32_t(getpid()); });
  ASSERT_NE(self, snapshot.processes.end());
  EXPECT_EQ(self->uid, geteuid());
  EXPECT_TRUE(self->executable.ends_with("tests_host")) << self->executable;
  const auto found =
      std::find_if(snapshot.sockets.begin(), snapshot.sockets.end(), [&](const ListeningSocket& s) {
        return s.port == ntohs(address.sin_port) && s.address == "127.0.0.1";
      });
  ASSERT_NE(found, snapshot.sockets.end());
  EXPECT_EQ(found->process, "tests_host");
}

}  // namespace
}  // namespace stockade::host
