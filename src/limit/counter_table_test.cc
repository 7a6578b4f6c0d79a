#include "limit/counter_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>
#include <vector>

#include "limit/siphash.h"

namespace stockade::limit {
namespace {

constexpr HashKey kCounterKey{11, 13};
uint64_t key(uint64_t subject, uint64_t scope = 1) {
  return siphash13(kCounterKey, subject, scope);
}
const Rate kRate = make_rate(10, 1, 10);

TEST(CounterTable, CountsAsTheModelDoes) {
  std::vector<Bucket> memory(1024);
  CounterTable table(memory);
  std::map<uint64_t, Ticks> model;
  std::mt19937_64 random(42);
  Ticks now = kTicksPerSecond;
  for (int i = 0; i < 200'000; ++i) {
    now += random() % (kTicksPerSecond / 200);
    const uint64_t subject = random() % 200;
    const Decision expected = decide(model[subject], now, kRate);
    model[subject] = expected.free_at;
    const auto answer = table.charge(key(subject), kRate, 1, now);
    ASSERT_FALSE(answer.full);
    ASSERT_EQ(answer.decision.pass, expected.pass) << i;
    ASSERT_EQ(answer.decision.wait, expected.wait) << i;
  }
}

TEST(CounterTable, ScopesAreApart) {
  std::vector<Bucket> memory(64);
  CounterTable table(memory);
  const Rate once = make_rate(1, 60, 1);
  EXPECT_TRUE(table.charge(key(5), once, 1, 100).decision.pass);
  EXPECT_FALSE(table.charge(key(5), once, 1, 100).decision.pass);
  EXPECT_TRUE(table.charge(key(5, 2), once, 1, 100).decision.pass);
  EXPECT_TRUE(table.charge(key(6), once, 1, 100).decision.pass);
  table.forget(key(5));
  EXPECT_TRUE(table.look(key(5), once, 100).pass);
  EXPECT_FALSE(table.look(key(5, 2), once, 100).pass);
}

TEST(CounterTable, HoldsTheAttackerInAFloodOfAddresses) {
  std::vector<Bucket> memory(4096);  // 16,384 keys
  CounterTable table(memory);
  std::mt19937_64 random(3);
  uint64_t attacker = 0;
  uint64_t attacker_tries = 0;
  uint64_t user_denied = 0;
  const Ticks start = kTicksPerSecond;
  const Ticks length = 20 * kTicksPerSecond;
  const Ticks step = kTicksPerSecond / 100'000;  // 2,000,000 requests
  for (Ticks now = start; now < start + length; now += step) {
    const uint64_t turn = (now - start) / step;
    table.charge(key(1000 + random() % 163'840 * 64), kRate, 1, now);
    if (turn % 1000 == 0) {
      ++attacker_tries;
      attacker += table.charge(key(1), kRate, 1, now).decision.pass ? 1 : 0;
    }
    if (turn % 50'000 == 0) {
      const auto answer = table.charge(key(2), kRate, 1, now);
      user_denied += answer.decision.pass ? 0 : 1;
    }
  }
  EXPECT_EQ(attacker_tries, 2000u);
  EXPECT_LE(attacker, 212u);  // a promise of 210, one in a hundred more
  EXPECT_EQ(user_denied, 0u);
}

TEST(CounterTable, AFullTableSaysSoAndKeepsWhoOwesMost) {
  std::vector<Bucket> memory(2);
  CounterTable table(memory);
  const Rate slow = make_rate(1, 1000, 5);
  uint64_t full = 0;
  for (uint64_t subject = 1; subject <= 100; ++subject) {
    for (int i = 0; i < 3; ++i) full += table.charge(key(subject), slow, 1, 1000).full ? 1 : 0;
  }
  EXPECT_EQ(table.owing(1000), 8u);
  EXPECT_GT(full, 250u);
}

TEST(CounterTable, ThreadsTogetherPassNoMoreThanPromised) {
  std::vector<Bucket> memory(16);
  CounterTable table(memory);
  for (uint64_t round = 1; round <= 200; ++round) {
    std::atomic<uint64_t> passed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          passed += table.charge(key(round), kRate, 1, 1000).decision.pass ? 1 : 0;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(passed, 10u) << "round " << round;
    table.forget(key(round));
  }
}

TEST(CounterTable, GarbageInMemoryNeitherHangsNorLocksOut) {
  std::vector<Bucket> memory(64);
  std::mt19937_64 random(9);
  auto* words = reinterpret_cast<uint64_t*>(memory.data());
  for (size_t i = 0; i < memory.size() * 8; ++i) words[i] = random();
  CounterTable table(memory);
  for (uint64_t subject = 0; subject < 1000; ++subject) {
    table.charge(key(subject), kRate, 1, kTicksPerSecond);
  }
  // A number beyond any debt, under the very key: it is cut to what one may owe at the most.
  std::vector<Bucket> other(2);
  CounterTable second(other);
  second.charge(key(7), kRate, 1, 1000);
  for (Bucket& bucket : other) {
    for (AtomicPair& slot : bucket.slots) {
      const Pair seen = slot.load();
      if (seen.key != 0) slot.exchange(seen, {seen.key, ~uint64_t{0}});
    }
  }
  EXPECT_FALSE(second.charge(key(7), kRate, 1, 1000).decision.pass);
  EXPECT_TRUE(second.charge(key(7), kRate, 1, 1000 + 2 * kTicksPerSecond).decision.pass);
}

TEST(CounterTable, RecordsBeyondTheLimit) {
  std::vector<Bucket> memory(16);
  CounterTable table(memory);
  const Rate logins = make_rate(5, 60, 5);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(table.record(key(1), logins, 1, 1000).decision.pass) << i;
  }
  EXPECT_TRUE(table.look(key(1), logins, 1000).pass);
  table.record(key(1), logins, 1, 1000);
  EXPECT_FALSE(table.look(key(1), logins, 1000).pass);
}

}  // namespace
}  // namespace stockade::limit
