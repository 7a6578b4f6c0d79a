#include "logs/parse/drift.h"

#include <gtest/gtest.h>

namespace stockade::logs {
namespace {

TEST(Drift, AThousandLinesInARowAreAnAlarm) {
  DriftWatch watch;
  for (uint64_t i = 1; i <= 5000; ++i) watch.understood(static_cast<Micros>(i) * kSecond);
  EXPECT_FALSE(watch.current());
  for (uint64_t i = 5001; i <= 6000; ++i) watch.not_understood("1.2.3.4 \"GET /a\" {t=12}", i);
  const auto drift = watch.current();
  ASSERT_TRUE(drift);
  EXPECT_EQ(drift->first_line, 5001U);
  EXPECT_EQ(drift->since, 5000 * kSecond) << "of the last line that was understood";
  EXPECT_EQ(drift->shape, "N.N.N.N \"w /w\" {w=N}");
  watch.understood(1);
  EXPECT_FALSE(watch.current()) << "it is over";
  EXPECT_TRUE(watch.drift(6001)) << "but it was";
}

TEST(Drift, AFileThatIsNoLogIsTold) {
  DriftWatch watch;
  for (uint64_t i = 1; i <= 30; ++i) {
    if (i % 12 == 0) {
      watch.understood(0);  // an empty line
    } else {
      watch.not_understood("\x01\x02", i);
    }
  }
  EXPECT_TRUE(watch.drift(30));
}

TEST(Drift, AFewStrangeLinesAreNone) {
  DriftWatch watch;
  for (uint64_t i = 1; i <= 100; ++i) {
    if (i % 3 == 0) {
      watch.not_understood("what", i);
    } else {
      watch.understood(1);
    }
  }
  EXPECT_FALSE(watch.drift(100));
}

}  // namespace
}  // namespace stockade::logs
