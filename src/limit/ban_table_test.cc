#include "limit/ban_table.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace stockade::limit {
namespace {

constexpr HashKey kKey{3, 5};
constexpr Network kBannedNetwork = Client::from_ipv4(0xC0000201).network(32);

TEST(BanTable, BansExactlyTheNetwork) {
  std::vector<Bucket> memory(64);
  BanTable bans(memory, kKey);
  Ban ban;
  EXPECT_EQ(bans.add(kBannedNetwork, BanReason::trap, 30, 100, ban), BanTable::Added::banned);
  ASSERT_TRUE(bans.find(kBannedNetwork, 129, ban));
  EXPECT_EQ(ban.until, 130u);
  EXPECT_EQ(ban.reason, BanReason::trap);
  EXPECT_EQ(ban.network, kBannedNetwork);
  EXPECT_FALSE(bans.find(kBannedNetwork, 130, ban));
  EXPECT_FALSE(bans.find(Client::from_ipv4(0xC0000202).network(32), 101, ban));
  EXPECT_FALSE(bans.find(Client::from_ipv4(0xC0000201).network(24), 101, ban));
}

TEST(BanTable, LengthsOfOneAddressAreApart) {
  std::vector<Bucket> memory(64);
  BanTable bans(memory, kKey);
  const uint8_t bytes[16] = {0x20, 0x01, 0x0d, 0xb8};
  const Client client = Client::from_ipv6(bytes);
  Ban ban;
  bans.add(client.network(48), BanReason::manual, 30, 100, ban);
  EXPECT_TRUE(bans.find(client.network(48), 101, ban));
  EXPECT_FALSE(bans.find(client.network(64), 101, ban));
}

TEST(BanTable, RequestsDoNotProlongABan) {
  std::vector<Bucket> memory(64);
  BanTable bans(memory, kKey);
  Ban ban;
  bans.add(kBannedNetwork, BanReason::limit, 0, 100, ban);
  EXPECT_EQ(bans.add(kBannedNetwork, BanReason::limit, 0, 150, ban), BanTable::Added::already);
  EXPECT_EQ(ban.until, 160u);
  EXPECT_FALSE(bans.find(kBannedNetwork, 160, ban));
}

TEST(BanTable, LevelsRiseWithEachBanAndFallWithCleanDays) {
  std::vector<Bucket> memory(64);
  BanTable bans(memory, kKey);
  Ban ban;
  Seconds now = 100;
  for (const Seconds expected : {60u, 600u, 3600u, 86400u, 86400u}) {
    ASSERT_EQ(bans.add(kBannedNetwork, BanReason::limit, 0, now, ban), BanTable::Added::banned);
    EXPECT_EQ(ban.until - now, expected);
    now = ban.until + 10;
  }
  now += 3 * kForgetLevelAfter;
  bans.add(kBannedNetwork, BanReason::limit, 0, now, ban);
  EXPECT_EQ(ban.level, 1);
  now = ban.until + 10 * kForgetLevelAfter;
  bans.add(kBannedNetwork, BanReason::limit, 0, now, ban);
  EXPECT_EQ(ban.level, 0);
}

TEST(BanTable, FullOfLongerBansKeepsThem) {
  std::vector<Bucket> memory(2);
  BanTable bans(memory, kKey);
  Ban ban;
  for (uint32_t i = 0; i < 8; ++i) {
    EXPECT_EQ(bans.add(Client::from_ipv4(i).network(32), BanReason::manual, 1000, 100, ban),
              BanTable::Added::banned);
  }
  EXPECT_EQ(bans.add(kBannedNetwork, BanReason::limit, 60, 100, ban), BanTable::Added::full);
  EXPECT_EQ(bans.list({}, 100), 8u);
  EXPECT_EQ(bans.add(kBannedNetwork, BanReason::manual, 5000, 100, ban), BanTable::Added::banned);
  EXPECT_EQ(bans.list({}, 100), 8u);
}

TEST(BanTable, RemovesAndLists) {
  std::vector<Bucket> memory(512);  // half full
  BanTable bans(memory, kKey);
  Ban ban;
  for (uint32_t i = 1; i <= 1000; ++i) {
    bans.add(Client::from_ipv4(i).network(32), BanReason::limit, 60, 100, ban);
  }
  EXPECT_TRUE(bans.remove(Client::from_ipv4(17).network(32)));
  EXPECT_FALSE(bans.remove(Client::from_ipv4(17).network(32)));
  std::vector<Ban> listed(2000);
  EXPECT_EQ(bans.list(listed, 100), 999u);
  EXPECT_EQ(bans.list(listed, 160), 0u);
}

TEST(BanTable, GarbageInMemoryBansNobody) {
  std::vector<Bucket> memory(256);
  std::mt19937_64 random(1);
  auto* words = reinterpret_cast<uint64_t*>(memory.data());
  for (size_t i = 0; i < memory.size() * 8; ++i) words[i] = random();
  BanTable bans(memory, kKey);
  Ban ban;
  for (uint32_t i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(bans.find(Client::from_ipv4(i).network(32), 100, ban));
  }
  std::vector<Ban> listed(4096);
  const size_t count = bans.list(listed, 100);
  for (size_t i = 0; i < count; ++i) {
    EXPECT_LE(listed[i].level, kMaxBanLevel);
    EXPECT_LE(listed[i].network.length, 64);
  }
}

}  // namespace
}  // namespace stockade::limit
