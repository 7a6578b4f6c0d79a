#include "logs/parse/timestamp.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace stockade::logs {
namespace {

// What `date -u -d` says.
TEST(Timestamp, ReadsTheTimeOfARequest) {
  EXPECT_EQ(parse_request_time("10/Oct/2000:13:55:36 -0700"), 971211336 * kSecond);
  EXPECT_EQ(parse_request_time("29/Feb/2024:23:59:60 +0000"), 1709251200 * kSecond);
  EXPECT_FALSE(parse_request_time("10/Foo/2000:13:55:36 -0700"));
  EXPECT_FALSE(parse_request_time("10/Oct/2000:13:55:36 -07000"));
  EXPECT_FALSE(parse_request_time("99/Oct/2000:13:55:36 -0700"));
  EXPECT_FALSE(parse_request_time(""));
}

TEST(Timestamp, ReadsRfc3339) {
  EXPECT_EQ(parse_iso_time("2015-04-16T18:02:50.321974+00:00"), 1429207370 * kSecond + 321974);
  EXPECT_EQ(parse_iso_time("2015-04-16T20:02:50,5+02:00"), 1429207370 * kSecond + 500000);
  EXPECT_EQ(parse_iso_time("2015-04-16T18:02:50Z"), 1429207370 * kSecond);
  EXPECT_FALSE(parse_iso_time("2015-04-16T18:02:50X"));
}

class InZone : public ::testing::Test {
 protected:
  void use(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
};

TEST_F(InZone, LocalTimesAreOfTheMachinesZone) {
  use("Europe/Berlin");
  EXPECT_EQ(parse_error_time("Thu Jul 11 01:21:41.123456 2013"), 1373498501 * kSecond + 123456);
  EXPECT_EQ(parse_error_time("Thu Jan 10 01:21:41 2013"), 1357777301 * kSecond);
}

TEST_F(InZone, YearsTurn) {
  use("UTC");
  // Last written on 2 January 2026.
  YearKeeper years(1767355200 * kSecond);
  const auto at = [&](const char* text) {
    return years.resolve(parse_syslog_time(text)->time) / kSecond;
  };
  EXPECT_EQ(at("Dec 31 23:59:59 x"), 1767225599);  // 2025
  EXPECT_EQ(at("Jan  1 00:00:01 x"), 1767225601);  // 2026
  EXPECT_EQ(at("Dec 31 23:59:58 x"), 1767225598);  // a line that was late
}

TEST(Timestamp, ReadsSyslogsTime) {
  const auto time = parse_syslog_time("Jan  5 01:31:41 host sshd: x");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->length, 15U);
  EXPECT_EQ(time->time.day, 5);
  EXPECT_FALSE(parse_syslog_time("January 5 01:31:41"));
}

}  // namespace
}  // namespace stockade::logs
