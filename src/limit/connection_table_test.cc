#include "limit/connection_table.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "limit/region.h"

namespace stockade::limit {
namespace {

const Network kOne = Client::from_ipv4(0xC0000201).network(32);
const Network kTwo = Client::from_ipv4(0xC0000202).network(32);

class Connections : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Region::create({64 << 10, 16 << 10, 64}, region_), RegionError::none);
  }
  Region region_;
};

TEST_F(Connections, AreCountedByNetworkAndGivenBack) {
  ConnectionTable table = region_.connections();
  const auto first = table.opened(kOne, 7);
  const auto second = table.opened(kOne, 8);
  EXPECT_EQ(first.held, 1u);
  EXPECT_EQ(second.held, 2u);
  EXPECT_EQ(table.opened(kTwo, 7).held, 1u);
  table.closed(first.entry);
  EXPECT_EQ(table.held(kOne), 1u);
  table.closed(second.entry);
  EXPECT_EQ(table.held(kOne), 0u);
}

TEST_F(Connections, ADeadProcessGivesBackWhatItHeld) {
  ConnectionTable table = region_.connections();
  const auto mine = table.opened(kOne, 7);
  std::vector<ConnectionTable::Opened> others;
  for (int i = 0; i < 50; ++i) others.push_back(table.opened(kOne, 8));
  EXPECT_EQ(table.held(kOne), 51u);
  table.forget_process(8);
  EXPECT_EQ(table.held(kOne), 1u);
  table.closed(others[0].entry);  // it was not dead after all: nothing is given back twice
  EXPECT_EQ(table.held(kOne), 1u);
  table.closed(mine.entry);
  EXPECT_EQ(table.held(kOne), 0u);
}

TEST_F(Connections, AFullTableFailsOpen) {
  ConnectionTable table = region_.connections();
  size_t uncounted = 0;
  for (uint32_t i = 0; i < 100'000; ++i) {
    const auto opened = table.opened(Client::from_ipv4(i).network(32), static_cast<pid_t>(1 + i));
    if (opened.entry == nullptr) ++uncounted;
    EXPECT_LE(opened.held, 1u);
  }
  EXPECT_GT(uncounted, 0u);
  for (pid_t process = 1; process < 100; ++process) table.forget_process(process);
}

TEST_F(Connections, ProcessesThatAreKilledLeaveNothingBehind) {
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      ConnectionTable table = region_.connections();
      for (;;) {
        const auto opened = table.opened(kOne, getpid());
        table.opened(kTwo, getpid());
        table.closed(opened.entry);
      }
    }
    usleep(3000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    region_.connections().forget_process(child);
  }
  // Killed between journal and count it may be off by one, never more.
  EXPECT_LE(region_.connections().held(kOne), 20u);
  EXPECT_LE(region_.connections().held(kTwo), 20u);
}

}  // namespace
}  // namespace stockade::limit
