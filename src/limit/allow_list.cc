#include "limit/allow_list.h"

#include <algorithm>
#include <utility>

namespace stockade::limit {

namespace {

using Number = std::pair<uint64_t, uint64_t>;

Number first_of(const AddressRange& range) { return {range.first_high, range.first_low}; }
Number last_of(const AddressRange& range) { return {range.last_high, range.last_low}; }

Number next(Number number) {
  ++number.second;
  if (number.second == 0) ++number.first;
  return number;
}

constexpr uint64_t host_bits(int length) {
  return length >= 64 ? 0 : length <= 0 ? ~uint64_t{0} : ~uint64_t{0} >> length;
}

}  // namespace

AddressRange range_of(uint64_t high, uint64_t low, uint8_t length) {
  const uint64_t high_hosts = host_bits(length);
  const uint64_t low_hosts = host_bits(length - 64);
  return {high & ~high_hosts, low & ~low_hosts, high | high_hosts, low | low_hosts};
}

size_t normalise(std::span<AddressRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const AddressRange& a, const AddressRange& b) { return first_of(a) < first_of(b); });
  constexpr Number kLast = {~uint64_t{0}, ~uint64_t{0}};
  size_t kept = 0;
  for (const AddressRange& range : ranges) {
    if (kept > 0) {
      AddressRange& before = ranges[kept - 1];
      const bool touches = last_of(before) == kLast || first_of(range) <= next(last_of(before));
      if (touches) {
        if (last_of(range) > last_of(before)) {
          before.last_high = range.last_high;
          before.last_low = range.last_low;
        }
        continue;
      }
    }
    ranges[kept++] = range;
  }
  return kept;
}

bool AllowList::contains(const Client& client) const {
  const Number number = {client.high(), client.low()};
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), number,
                       [](Number n, const AddressRange& range) { return n < first_of(range); });
  return after != ranges_.begin() && number <= last_of(*(after - 1));
}

}  // namespace stockade::limit
