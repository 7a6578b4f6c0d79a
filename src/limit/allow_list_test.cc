#include "limit/allow_list.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace stockade::limit {
namespace {

AddressRange ipv4(uint32_t address, uint8_t length) {
  return range_of(0, kIpv4Mark | address, static_cast<uint8_t>(96 + length));
}

TEST(AllowList, FindsWhatLiesInside) {
  std::vector<AddressRange> ranges = {ipv4(0x0A000000, 8), ipv4(0xC0A80100, 24),
                                      range_of(0x20010DB800000000, 0, 32)};
  ranges.resize(normalise(ranges));
  const AllowList list(ranges);
  EXPECT_TRUE(list.contains(Client::from_ipv4(0x0A010203)));
  EXPECT_TRUE(list.contains(Client::from_ipv4(0xC0A801FF)));
  EXPECT_FALSE(list.contains(Client::from_ipv4(0xC0A80200)));
  EXPECT_FALSE(list.contains(Client::from_ipv4(0x09FFFFFF)));
  const uint8_t inside[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff};
  const uint8_t outside[16] = {0x20, 0x01, 0x0d, 0xb9};
  EXPECT_TRUE(list.contains(Client::from_ipv6(inside)));
  EXPECT_FALSE(list.contains(Client::from_ipv6(outside)));
  EXPECT_FALSE(AllowList().contains(Client::from_ipv4(1)));
}

// The address list of a dual-stack socket: ::ffff:10.1.2.3 is 10.1.2.3.
TEST(AllowList, MappedAddressesAreTheirIpv4) {
  std::vector<AddressRange> ranges = {ipv4(0x0A000000, 8)};
  const AllowList list(ranges);
  const uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3};
  EXPECT_TRUE(list.contains(Client::from_ipv6(mapped)));
}

TEST(AllowList, AgreesWithTryingEachRange) {
  std::mt19937 random(5);
  std::vector<AddressRange> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(ipv4(random() & 0x00FFFFFF, static_cast<uint8_t>(12 + random() % 21)));
  }
  std::vector<AddressRange> ranges = all;
  ranges.resize(normalise(ranges));
  const AllowList list(ranges);
  for (int i = 0; i < 20'000; ++i) {
    const Client client = Client::from_ipv4(random() & 0x01FFFFFF);
    bool expected = false;
    for (const AddressRange& range : all) {
      expected |= client.low() >= range.first_low && client.low() <= range.last_low;
    }
    ASSERT_EQ(list.contains(client), expected);
  }
}

TEST(AllowList, TheWholeWorld) {
  std::vector<AddressRange> ranges = {range_of(0, 0, 0), ipv4(1, 32), range_of(~0ULL, ~0ULL, 128)};
  ranges.resize(normalise(ranges));
  EXPECT_EQ(ranges.size(), 1u);
  EXPECT_TRUE(AllowList(ranges).contains(Client::from_ipv4(0xFFFFFFFF)));
}

}  // namespace
}  // namespace stockade::limit
