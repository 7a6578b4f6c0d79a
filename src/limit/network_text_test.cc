#include "limit/network_text.h"

#include <gtest/gtest.h>

#include <string>

namespace stockade::limit {
namespace {

TEST(NetworkText, WritesWhatPeopleWrite) {
  char text[kNetworkText];
  EXPECT_STREQ(to_text(Client::from_ipv4(0xC0000201).network(24), text), "192.0.2.0/24");
  EXPECT_STREQ(to_text({0x20010db8'00010000, 48, false}, text), "2001:db8:1::/48");
}

struct Case {
  const char* text;
  uint64_t first_high, first_low, last_high, last_low;
};
constexpr Case kCases[] = {
    {"192.0.2.1", 0, 0xFFFF'C0000201, 0, 0xFFFF'C0000201},
    {"192.0.2.9/24", 0, 0xFFFF'C0000200, 0, 0xFFFF'C00002FF},
    {"0.0.0.0/0", 0, 0xFFFF'00000000, 0, 0xFFFF'FFFFFFFF},
    {"2001:db8::/32", 0x20010db8'00000000, 0, 0x20010db8'FFFFFFFF, ~uint64_t{0}},
    {"::1", 0, 1, 0, 1},
    {"::ffff:192.0.2.0/120", 0, 0xFFFF'C0000200, 0, 0xFFFF'C00002FF},
    {"::/0", 0, 0, ~uint64_t{0}, ~uint64_t{0}},
};

TEST(NetworkText, ReadsNetworks) {
  for (const Case& expected : kCases) {
    AddressRange range{};
    ASSERT_TRUE(parse_range(expected.text, range)) << expected.text;
    EXPECT_EQ(range.first_high, expected.first_high) << expected.text;
    EXPECT_EQ(range.first_low, expected.first_low) << expected.text;
    EXPECT_EQ(range.last_high, expected.last_high) << expected.text;
    EXPECT_EQ(range.last_low, expected.last_low) << expected.text;
  }
}

TEST(NetworkText, RefusesTheRest) {
  for (const char* text :
       {"", "/", "/24", "192.0.2.1/", "192.0.2.1/33", "192.0.2.300", "example.org", "::/129",
        "1.2.3", "192.0.2.1/2 ", "192.0.2.1/-1", "192.0.2.1/0024", "fe80::1%eth0", " 192.0.2.1",
        "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"}) {
    AddressRange range{};
    EXPECT_FALSE(parse_range(text, range)) << text;
  }
}

}  // namespace
}  // namespace stockade::limit
