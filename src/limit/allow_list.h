// Networks that are never limited and never banned. Built once from the configuration, then only
// read: sorted ranges, a look-up is a binary search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/client.h"

namespace stockade::limit {

// Addresses from first to last, as 128-bit numbers; IPv4 as ::ffff:a.b.c.d.
struct AddressRange {
  uint64_t first_high, first_low, last_high, last_low;
};

// The range of "address/length" for 16 bytes in network order; `length` counts from the left of the
// 128 bits (an IPv4 /24 is 120).
AddressRange range_of(uint64_t high, uint64_t low, uint8_t length);

// Sorts `ranges` and joins those that touch; the number that remains, at the front.
size_t normalise(std::span<AddressRange> ranges);

class AllowList {
 public:
  AllowList() = default;
  // `ranges` is normalised and outlives the list.
  explicit AllowList(std::span<const AddressRange> ranges) : ranges_(ranges) {}
  bool contains(const Client& client) const;
  bool empty() const { return ranges_.empty(); }
  std::span<const AddressRange> ranges() const { return ranges_; }

 private:
  std::span<const AddressRange> ranges_;
};

}  // namespace stockade::limit
