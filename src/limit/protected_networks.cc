#include "limit/protected_networks.h"

namespace stockade::limit {

namespace {

constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;

}  // namespace

void tell_protected(Header& header, std::span<const AddressRange> ranges) {
  ProtectedNetworks& list = header.protected_networks;
  const uint64_t turn = list.turn.load(kAcquire) | 1;
  list.turn.store(turn, std::memory_order_seq_cst);
  const size_t count = ranges.size() < kMaxProtected ? ranges.size() : kMaxProtected;
  for (size_t i = 0; i < count; ++i) {
    const AddressRange& range = ranges[i];
    const uint64_t words[4] = {range.first_high, range.first_low, range.last_high, range.last_low};
    for (size_t k = 0; k < 4; ++k) list.words[4 * i + k].store(words[k], kRelease);
  }
  list.count.store(count, kRelease);
  list.left_out.store(ranges.size() - count, kRelease);
  list.turn.store(turn + 1, kRelease);
}

ProtectedReading read_protected(const Header& header, std::span<AddressRange> ranges) {
  const ProtectedNetworks& list = header.protected_networks;
  ProtectedReading reading;
  const uint64_t turn = list.turn.load(kAcquire);
  const uint64_t count = list.count.load(kAcquire);
  if (turn == 0 || (turn & 1) != 0 || count > kMaxProtected || count > ranges.size())
    return reading;
  for (size_t i = 0; i < count; ++i) {
    uint64_t words[4];
    for (size_t k = 0; k < 4; ++k) words[k] = list.words[4 * i + k].load(kAcquire);
    ranges[i] = {words[0], words[1], words[2], words[3]};
  }
  reading.count = count;
  reading.is_whole = list.left_out.load(kAcquire) == 0 && list.turn.load(kAcquire) == turn;
  return reading;
}

}  // namespace stockade::limit
