// What changed, for a reader outside: bans to hand to the firewall, limits that began and ceased to
// be exceeded. Many writers, lossy: a reader that is too slow is told how many it missed and reads
// the ban table instead. A writer that dies half-way leaves one record that the reader steps over.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "limit/ban_table.h"

namespace stockade::limit {

enum class EventKind : uint8_t { banned = 1, unbanned, limited, table_full };

struct Event {
  EventKind kind = EventKind::banned;
  uint8_t rule = 0;  // index of the class
  BanReason reason = BanReason::limit;
  uint8_t level = 0;
  Network network;
  Seconds at = 0;
  Seconds until = 0;
  bool forwarded = false;  // as in Ban
};

// 64 bytes. `turn` is 0 while a writer is inside, else the event's number plus one.
struct alignas(64) EventRecord {
  std::atomic<uint64_t> turn{0};
  std::atomic<uint64_t> words[4] = {};
};

class EventRing {
 public:
  // The number of records is a power of two.
  EventRing(std::atomic<uint64_t>& head, std::span<EventRecord> records)
      : head_(head), records_(records) {}

  void write(const Event& event);

  struct Reading {
    bool got = false;
    uint64_t missed = 0;  // events that were overwritten before they were read
    Event event;
  };
  // The event behind `tail`, which moves on; `got` is false where there is none yet. A record whose
  // writer is still inside holds the reader up, unless it `steps_over` it: what it does when the
  // same record has held it up for a second, since a live writer needs microseconds.
  Reading read(uint64_t& tail, bool steps_over = false) const;
  uint64_t head() const { return head_.load(std::memory_order_acquire); }

 private:
  std::atomic<uint64_t>& head_;
  std::span<EventRecord> records_;
};

}  // namespace stockade::limit
