#include "limit/protected_networks.h"

#include <gtest/gtest.h>

#include <vector>

namespace stockade::limit {
namespace {

class Protected : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(Region::create({}, region_), RegionError::none); }
  ProtectedReading read() { return read_protected(region_.header(), ranges_); }

  Region region_;
  std::vector<AddressRange> ranges_ = std::vector<AddressRange>(kMaxProtected);
};

TEST_F(Protected, IsReadAsItWasTold) {
  EXPECT_FALSE(read().is_whole) << "nobody has said yet who is protected";
  const std::vector<AddressRange> told = {range_of(0, kIpv4Mark | 0x0A000000, 104),
                                          range_of(0x20010db8ULL << 32, 0, 32)};
  tell_protected(region_.header(), told);
  const auto reading = read();
  ASSERT_TRUE(reading.is_whole);
  ASSERT_EQ(reading.count, 2u);
  const AllowList list(std::span<const AddressRange>(ranges_).first(2));
  EXPECT_TRUE(list.contains(Client::from_ipv4(0x0A010203)));
  EXPECT_FALSE(list.contains(Client::from_ipv4(0x0B010203)));
  tell_protected(region_.header(), {});
  EXPECT_EQ(read().count, 0u);
}

TEST_F(Protected, SaysWhenItIsNotWhole) {
  tell_protected(region_.header(), std::vector<AddressRange>(kMaxProtected + 1));
  EXPECT_FALSE(read().is_whole);
  tell_protected(region_.header(), {});
  EXPECT_TRUE(read().is_whole);
  region_.header().protected_networks.turn.fetch_add(1);
  EXPECT_FALSE(read().is_whole) << "a writer is inside, or died there";
  tell_protected(region_.header(), {});
  EXPECT_TRUE(read().is_whole) << "the next one mends it";
  region_.header().protected_networks.count.store(uint64_t{1} << 40);
  EXPECT_FALSE(read().is_whole);
}

}  // namespace
}  // namespace stockade::limit
