#include "limit/gcra.h"

#include <gtest/gtest.h>

#include <random>

namespace stockade::limit {
namespace {

constexpr Ticks seconds(double s) { return static_cast<Ticks>(s * kTicksPerSecond); }

uint64_t passes(Rate rate, Ticks step, Ticks length) {
  Ticks free_at = 0;
  uint64_t passed = 0;
  for (Ticks now = seconds(100); now < seconds(100) + length; now += step) {
    const Decision decision = decide(free_at, now, rate);
    passed += decision.pass ? 1 : 0;
    free_at = decision.free_at;
  }
  return passed;
}

TEST(Gcra, PassesTheBurstAndThenTheRate) {
  // 1,500 requests a second for ten seconds against 10/s burst 10.
  EXPECT_EQ(passes(make_rate(10, 1, 10), seconds(1) / 1500, seconds(10)), 109u);
  EXPECT_EQ(passes(make_rate(10, 1, 1), seconds(1) / 1500, seconds(10)), 100u);
  EXPECT_EQ(passes(make_rate(1, 60, 5), seconds(1) / 10, seconds(300)), 9u);
}

TEST(Gcra, NeverDeniesWhoStaysBelow) {
  const Ticks step = seconds(1.0 / 9.5);
  EXPECT_EQ(passes(make_rate(10, 1, 1), step, seconds(600)), (seconds(600) + step - 1) / step);
}

TEST(Gcra, NoWindowLetsTwiceTheLimitThrough) {
  const Rate rate = make_rate(100, 1, 10);
  std::mt19937_64 random(7);
  Ticks free_at = 0;
  std::vector<Ticks> passed;
  for (Ticks now = seconds(1); now < seconds(20); now += random() % seconds(0.005)) {
    const Decision decision = decide(free_at, now, rate);
    free_at = decision.free_at;
    if (decision.pass) passed.push_back(now);
  }
  // Any stretch of time, wherever it starts: burst + rate x time, and one for its edge.
  for (size_t i = 0; i < passed.size(); ++i) {
    for (size_t j = i; j < passed.size() && j < i + 300; ++j) {
      const double stretch = static_cast<double>(passed[j] - passed[i]) / kTicksPerSecond;
      ASSERT_LE(static_cast<double>(j - i + 1), 10 + 100 * stretch + 1);
    }
  }
}

TEST(Gcra, SaysWhenToComeBack) {
  const Rate rate = make_rate(1, 10, 1);
  const Ticks now = seconds(50);
  const Decision first = decide(0, now, rate);
  ASSERT_TRUE(first.pass);
  const Decision second = decide(first.free_at, now + seconds(4), rate);
  ASSERT_FALSE(second.pass);
  EXPECT_EQ(second.wait, seconds(6));
  EXPECT_TRUE(decide(first.free_at, now + seconds(4) + second.wait, rate).pass);
  EXPECT_FALSE(decide(first.free_at, now + seconds(4) + second.wait - 1, rate).pass);
}

TEST(Gcra, UnitsWeigh) {
  const Rate rate = make_rate(1000, 1, 1000);  // kilobytes
  Ticks free_at = 0;
  const Decision big = decide(free_at, seconds(1), rate, 900);
  ASSERT_TRUE(big.pass);
  EXPECT_FALSE(decide(big.free_at, seconds(1), rate, 200).pass);
  EXPECT_TRUE(decide(big.free_at, seconds(1.1), rate, 200).pass);
}

TEST(Gcra, WhatHappenedIsOwedButNotForEver) {
  const Rate rate = make_rate(10, 1, 10);
  const Ticks now = seconds(5);
  EXPECT_EQ(owe(0, now, rate, 1'000'000), now + 2 * rate.depth);
  EXPECT_EQ(owe(0, now, rate, 1), now + rate.cost);
}

TEST(Gcra, TheCostIsRoundedUpAndNetworksGetMore) {
  EXPECT_EQ(make_rate(3, 1, 1).cost, (kTicksPerSecond + 2) / 3);
  const Rate rate = make_rate(10, 1, 10);
  EXPECT_EQ(passes(doubled(rate, 2), seconds(0.001), seconds(10)), 40u * 10 + 39u);
  EXPECT_TRUE(make_rate(0, 1, 1).unlimited());
  EXPECT_TRUE(doubled({}, 2).unlimited());
}

}  // namespace
}  // namespace stockade::limit
