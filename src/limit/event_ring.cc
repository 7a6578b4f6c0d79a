#include "limit/event_ring.h"

namespace stockade::limit {

namespace {

uint64_t packed_head(const Event& event) {
  return uint64_t(event.kind) | uint64_t{event.rule} << 8 | uint64_t(event.reason) << 16 |
         uint64_t{event.level} << 24 | uint64_t{event.network.length} << 32 |
         uint64_t{event.network.ipv4} << 40 | uint64_t{event.forwarded} << 41;
}

Event unpacked(const uint64_t (&words)[4]) {
  Event event;
  event.kind = static_cast<EventKind>(words[0] & 0xFF);
  event.rule = static_cast<uint8_t>(words[0] >> 8);
  event.reason = static_cast<BanReason>(words[0] >> 16 & 0xFF);
  event.level = static_cast<uint8_t>(words[0] >> 24);
  event.network = {words[1], static_cast<uint8_t>(words[0] >> 32), (words[0] >> 40 & 1) != 0};
  event.forwarded = (words[0] >> 41 & 1) != 0;
  event.at = words[2];
  event.until = words[3];
  return event;
}

}  // namespace

void EventRing::write(const Event& event) {
  const uint64_t number = head_.fetch_add(1, std::memory_order_acq_rel);
  EventRecord& record = records_[number & (records_.size() - 1)];
  const uint64_t words[4] = {packed_head(event), event.network.bits, event.at, event.until};
  record.turn.store(0, std::memory_order_release);
  for (int i = 0; i < 4; ++i) record.words[i].store(words[i], std::memory_order_release);
  record.turn.store(number + 1, std::memory_order_release);
}

EventRing::Reading EventRing::read(uint64_t& tail, bool steps_over) const {
  Reading reading;
  for (;;) {
    const uint64_t end = head();
    if (tail > end) tail = end;  // a new ring in an old one's place
    if (tail == end) return reading;
    if (end - tail > records_.size()) {
      const uint64_t oldest = end - records_.size();
      reading.missed += oldest - tail;
      tail = oldest;
    }
    const EventRecord& record = records_[tail & (records_.size() - 1)];
    const uint64_t turn = record.turn.load(std::memory_order_acquire);
    if (turn == tail + 1) {
      uint64_t words[4];
      for (int i = 0; i < 4; ++i) words[i] = record.words[i].load(std::memory_order_acquire);
      if (record.turn.load(std::memory_order_acquire) == turn) {
        reading.event = unpacked(words);
        reading.got = true;
        ++tail;
        return reading;
      }
    }
    if (turn <= tail && !steps_over) return reading;
    ++reading.missed;
    ++tail;
  }
}

}  // namespace stockade::limit
