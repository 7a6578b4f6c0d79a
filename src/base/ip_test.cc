#include "base/ip.h"

#include <gtest/gtest.h>

namespace stockade {
namespace {

std::string round_trip(std::string_view text) {
  const auto ip = Ip::parse(text);
  return ip ? ip->text() : "none";
}

TEST(Ip, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(round_trip("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(round_trip("255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(round_trip("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(round_trip("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(round_trip("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(round_trip("::1"), "::1");
}

TEST(Ip, RefusesWhatIsNone) {
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1..2.3", "1.2.3.",
        "0x1.2.3.4", "host.example", "[::1]", ":", "1:2:3:4:5:6:7:8:9", "::g", "1.2.3.0004"}) {
    EXPECT_EQ(round_trip(text), "none") << text;
  }
}

TEST(Ip, ClearsTheHostBits) {
  EXPECT_EQ(Ip::parse("192.0.2.77")->network(24).text(), "192.0.2.0");
  EXPECT_EQ(Ip::parse("192.0.2.77")->network(32).text(), "192.0.2.77");
  EXPECT_EQ(Ip::parse("192.0.2.77")->network(0).text(), "0.0.0.0");
  EXPECT_EQ(Ip::parse("10.255.2.77")->network(9).text(), "10.128.0.0");
  EXPECT_EQ(Ip::parse("2001:db8:1:2:3:4:5:6")->network(64).text(), "2001:db8:1:2::");
  EXPECT_EQ(Ip::parse("2001:db8:1:2:3:4:5:6")->network(61).text(), "2001:db8:1::");
}

TEST(Ip, KnowsWhatIsGivenOutToOthers) {
  for (const char* text : {"8.8.8.8", "193.0.6.139", "172.32.0.1", "2a00:1450::1"})
    EXPECT_TRUE(Ip::parse(text)->is_global()) << text;
  for (const char* text :
       {"10.1.2.3", "127.0.0.1", "172.31.255.1", "192.168.1.1", "169.254.0.1", "203.0.113.9",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "2001:db8::1", "ff02::1"}) {
    EXPECT_FALSE(Ip::parse(text)->is_global()) << text;
  }
}

}  // namespace
}  // namespace stockade
