#include "limit/limiter.h"

#include <gtest/gtest.h>

#include <vector>

namespace stockade::limit {
namespace {

using Kind = Verdict::Kind;

Client ipv6(uint16_t subnet, uint16_t site = 0, uint8_t host = 1) {
  const uint8_t bytes[16] = {0x20,
                             0x01,
                             0x0d,
                             0xb8,
                             static_cast<uint8_t>(site >> 8),
                             static_cast<uint8_t>(site),
                             static_cast<uint8_t>(subnet >> 8),
                             static_cast<uint8_t>(subnet),
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             host};
  return Client::from_ipv6(bytes);
}

class LimiterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Region::create({256 << 10, 16 << 10, 1024}, region_), RegionError::none);
  }
  Verdict check(const Client& client) {
    Limiter limiter(region_, AllowList(allowed_));
    return limiter.check(client, {&rule_, 1}, now_);
  }
  uint64_t passes(const Client& client, int tries) {
    uint64_t passed = 0;
    for (int i = 0; i < tries; ++i) passed += check(client).kind == Kind::pass ? 1 : 0;
    return passed;
  }
  std::vector<Event> events() {
    std::vector<Event> all;
    uint64_t tail = 0;
    for (auto reading = region_.ring().read(tail); reading.got;
         reading = region_.ring().read(tail)) {
      all.push_back(reading.event);
    }
    return all;
  }

  Region region_;
  std::vector<AddressRange> allowed_;
  Rule rule_{.index = 3, .rate = make_rate(10, 1, 10)};
  Ticks now_ = kTicksPerSecond;
};

const Client kClient = Client::from_ipv4(0xC6336401);

TEST_F(LimiterTest, DeniesThenBansWhoGoesOnThenForgives) {
  EXPECT_EQ(passes(kClient, 10), 10u);
  const Verdict first = check(kClient);
  EXPECT_EQ(first.kind, Kind::denied);
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.wait_seconds(), 1u);
  EXPECT_FALSE(check(kClient).is_new);
  Verdict last;
  for (int i = 0; i < 30 && last.kind != Kind::banned; ++i) last = check(kClient);
  ASSERT_EQ(last.kind, Kind::banned);
  EXPECT_TRUE(last.is_new);
  EXPECT_EQ(last.wait_seconds(), 60u);
  EXPECT_FALSE(check(kClient).is_new);
  now_ += 59 * kTicksPerSecond;
  EXPECT_EQ(check(kClient).kind, Kind::banned);
  now_ += kTicksPerSecond;
  EXPECT_EQ(check(kClient).kind, Kind::pass);
}

TEST_F(LimiterTest, OneRecordForEachChangeOfState) {
  for (int i = 0; i < 500; ++i) check(kClient);
  const auto all = events();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].kind, EventKind::limited);
  EXPECT_EQ(all[1].kind, EventKind::banned);
  EXPECT_EQ(all[1].rule, 3);
  EXPECT_EQ(all[1].network, kClient.network(32));
}

TEST_F(LimiterTest, AllowedNetworksAreNeverLimited) {
  allowed_ = {range_of(0, kIpv4Mark | 0xC6336400, 120)};
  EXPECT_EQ(passes(kClient, 1000), 1000u);
  Ban ban;
  Limiter limiter(region_, AllowList(allowed_));
  limiter.ban(kClient.network(32), BanReason::fleet, 0, now_, ban);
  EXPECT_EQ(check(kClient).kind, Kind::pass);
}

TEST_F(LimiterTest, Ipv6IsHeldBySubnetSiteAndProvider) {
  rule_.bans = false;
  EXPECT_EQ(passes(ipv6(0), 100), 10u);
  // 256 subnets of one /56, ten addresses each: four clients' worth.
  uint64_t passed = passes(ipv6(0), 1);
  for (uint16_t subnet = 1; subnet < 256; ++subnet) passed += passes(ipv6(subnet), 10);
  EXPECT_EQ(passed, 30u);
  // Then all of the /48: sixteen.
  for (uint16_t subnet = 256; subnet < 4096; ++subnet) passed += passes(ipv6(subnet), 1);
  EXPECT_EQ(passed, 150u);
  EXPECT_EQ(check(ipv6(0, 1)).kind, Kind::pass);
}

TEST_F(LimiterTest, OneIpv6ClientHasAsManyAddressesAsItLikes) {
  rule_.bans = false;
  uint64_t passed = 0;
  for (int host = 0; host < 256; ++host)
    passed += passes(ipv6(7, 0, static_cast<uint8_t>(host)), 1);
  EXPECT_EQ(passed, 10u);
}

TEST_F(LimiterTest, NeighboursAreSlowedNeverBanned) {
  for (uint32_t host = 0; host < 250; ++host) {
    for (int i = 0; i < 8; ++i) check(Client::from_ipv4(0xC6336400 | host));
  }
  for (const Event& event : events()) EXPECT_NE(event.kind, EventKind::banned);
  EXPECT_EQ(check(Client::from_ipv4(0xC63364FE)).kind, Kind::denied);
  EXPECT_EQ(check(Client::from_ipv4(0xC63365FE)).kind, Kind::pass);
}

TEST_F(LimiterTest, ADryRunCountsAndPasses) {
  rule_.dry_percent = 100;
  Limiter limiter(region_, {});
  uint64_t would = 0;
  for (int i = 0; i < 100; ++i) would += check(kClient).kind == Kind::would_deny ? 1 : 0;
  EXPECT_EQ(would, 90u);
  EXPECT_EQ(totals_of(region_.header(), 3).would_deny, 90u);
  EXPECT_EQ(totals_of(region_.header(), 3).denied, 0u);
  Ban ban;
  EXPECT_FALSE(limiter.is_banned(kClient, now_, ban));
}

TEST_F(LimiterTest, ADryShareIsOfClients) {
  rule_.dry_percent = 30;
  rule_.bans = false;
  int dry = 0;
  for (uint32_t i = 0; i < 1000; ++i) {
    const Client client = Client::from_ipv4(i << 8);
    passes(client, 10);
    const Kind kind = check(client).kind;
    EXPECT_EQ(check(client).kind, kind);
    dry += kind == Kind::would_deny ? 1 : 0;
  }
  EXPECT_NEAR(dry, 300, 60);
}

TEST_F(LimiterTest, WhatIsKnownAfterwardsCountsToo) {
  Limiter limiter(region_, {});
  const Rule logins{.index = 1, .rate = make_rate(5, 60, 5), .reason = BanReason::login};
  Verdict verdict;
  int attempts = 0;
  while (verdict.kind != Kind::banned && attempts < 100) {
    verdict = limiter.record(kClient, logins, 1, now_);
    ++attempts;
  }
  EXPECT_EQ(attempts, 5 + 10);
  EXPECT_EQ(verdict.ban.reason, BanReason::login);
  EXPECT_EQ(check(kClient).kind, Kind::banned);
}

TEST_F(LimiterTest, AFullTableFailsOpenButHoldsTheNetwork) {
  ASSERT_EQ(Region::create({0, 0, 64}, region_), RegionError::none);  // 256 keys
  rule_.rate = make_rate(1, 1000, 5);
  rule_.bans = false;
  uint64_t passed = 0;
  for (uint32_t i = 0; i < 5000; ++i) passed += passes(Client::from_ipv4(i << 8), 2);
  const Totals totals = totals_of(region_.header(), 3);
  EXPECT_GT(totals.overflow, 1000u);
  EXPECT_GT(passed, 200u);
  EXPECT_LT(passed, 10'000u);
}

TEST_F(LimiterTest, UnbanLetsGoAtOnce) {
  for (int i = 0; i < 100; ++i) check(kClient);
  Limiter limiter(region_, {});
  EXPECT_TRUE(limiter.unban(kClient.network(32), now_));
  EXPECT_NE(check(kClient).kind, Kind::pass);  // still over its limit
  now_ += 2 * kTicksPerSecond;
  EXPECT_EQ(check(kClient).kind, Kind::pass);
}

TEST_F(LimiterTest, WhatIsCountedAfterwardsIsDeniedInFront) {
  Limiter limiter(region_, {});
  Rule looking = rule_;
  looking.only_looks = true;
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(limiter.check(kClient, {&looking, 1}, now_).kind, Kind::pass) << "looking counts";
  }
  for (int i = 0; i < 10; ++i) limiter.record(kClient, rule_, 1, now_);
  EXPECT_EQ(limiter.check(kClient, {&looking, 1}, now_).kind, Kind::denied);
  now_ += kTicksPerSecond / 10;
  EXPECT_EQ(limiter.check(kClient, {&looking, 1}, now_).kind, Kind::pass);
}

TEST_F(LimiterTest, ARuleMayBanAtOnceForAsLongAsItSays) {
  rule_.bans_at_once = true;
  rule_.ban_seconds = 7;
  EXPECT_EQ(passes(kClient, 10), 10u);
  const Verdict verdict = check(kClient);
  EXPECT_EQ(verdict.kind, Kind::banned);
  EXPECT_EQ(verdict.wait_seconds(), 7u);
}

TEST_F(LimiterTest, ATrapLetsNobodyPass) {
  rule_ = {
      .index = 4, .rate = {.cost = 1, .depth = 0}, .reason = BanReason::trap, .bans_at_once = true};
  EXPECT_EQ(check(kClient).kind, Kind::banned);
  rule_.dry_percent = 100;
  const Client other = Client::from_ipv4(0xC6336402);
  EXPECT_EQ(check(other).kind, Kind::would_deny);
  EXPECT_FALSE(check(other).is_new) << "one record for each change of state";
}

TEST_F(LimiterTest, TheNetworkAroundIsLeftAloneWhereARuleSaysSo) {
  rule_.only_client = true;
  uint64_t passed = 0;
  for (uint32_t i = 0; i < 100; ++i) passed += passes(Client::from_ipv4(0xC6336400 + i), 10);
  EXPECT_EQ(passed, 1000u);
}

TEST_F(LimiterTest, OneRecordForAClientThatGoesOnWhateverItsBurst) {
  rule_.rate = make_rate(50, 1, 200);
  rule_.bans = false;
  int records = 0;
  for (int i = 0; i < 60 * 60; ++i) {  // 60 a second where 50 are allowed, for a minute
    records += check(kClient).is_new ? 1 : 0;
    now_ += kTicksPerSecond / 60;
  }
  EXPECT_EQ(records, 1);
  now_ += 30 * kTicksPerSecond;
  for (int i = 0; i < 300; ++i) records += check(kClient).is_new ? 1 : 0;
  EXPECT_EQ(records, 2) << "after a quiet time it is news again";
}

}  // namespace
}  // namespace stockade::limit
