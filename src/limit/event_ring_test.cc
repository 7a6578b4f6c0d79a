#include "limit/event_ring.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace stockade::limit {
namespace {

Event event_at(Seconds at) {
  return {EventKind::banned,
          7,
          BanReason::trap,
          2,
          Client::from_ipv4(0x01020304).network(32),
          at,
          at + 60};
}

TEST(EventRing, KeepsOrderAndContent) {
  std::atomic<uint64_t> head{0};
  std::vector<EventRecord> records(64);
  EventRing ring(head, records);
  for (Seconds at = 1; at <= 3; ++at) ring.write(event_at(at));
  uint64_t tail = 0;
  for (Seconds at = 1; at <= 3; ++at) {
    const auto reading = ring.read(tail);
    ASSERT_TRUE(reading.got);
    EXPECT_EQ(reading.event.at, at);
    EXPECT_EQ(reading.event.until, at + 60);
    EXPECT_EQ(reading.event.rule, 7);
    EXPECT_EQ(reading.event.level, 2);
    EXPECT_EQ(reading.event.reason, BanReason::trap);
    EXPECT_EQ(reading.event.network, event_at(at).network);
  }
  EXPECT_FALSE(ring.read(tail).got);
}

TEST(EventRing, TellsHowManyWereMissed) {
  std::atomic<uint64_t> head{0};
  std::vector<EventRecord> records(64);
  EventRing ring(head, records);
  for (Seconds at = 0; at < 100; ++at) ring.write(event_at(at));
  uint64_t tail = 0;
  const auto reading = ring.read(tail);
  ASSERT_TRUE(reading.got);
  EXPECT_EQ(reading.missed, 36u);
  EXPECT_EQ(reading.event.at, 36u);
}

TEST(EventRing, StepsOverAWriterThatDied) {
  std::atomic<uint64_t> head{0};
  std::vector<EventRecord> records(64);
  EventRing ring(head, records);
  ring.write(event_at(1));
  head.fetch_add(1);  // killed between taking its number and writing
  ring.write(event_at(3));
  uint64_t tail = 0;
  EXPECT_EQ(ring.read(tail).event.at, 1u);
  EXPECT_FALSE(ring.read(tail).got);
  const auto reading = ring.read(tail, true);
  ASSERT_TRUE(reading.got);
  EXPECT_EQ(reading.missed, 1u);
  EXPECT_EQ(reading.event.at, 3u);
}

TEST(EventRing, ManyWritersNothingTorn) {
  std::atomic<uint64_t> head{0};
  std::vector<EventRecord> records(1 << 14);
  EventRing ring(head, records);
  std::vector<std::thread> writers;
  for (int t = 0; t < 4; ++t) {
    writers.emplace_back([&] {
      for (Seconds at = 1; at <= 2000; ++at) ring.write(event_at(at));
    });
  }
  uint64_t tail = 0;
  uint64_t got = 0;
  for (uint64_t tries = 0; got < 8000 && tries < 200'000'000; ++tries) {
    const auto reading = ring.read(tail);
    ASSERT_EQ(reading.missed, 0u);
    if (!reading.got) continue;
    ++got;
    ASSERT_EQ(reading.event.until, reading.event.at + 60);
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(got, 8000u);
}

}  // namespace
}  // namespace stockade::limit
