// What each key owes, 16 bytes a key, in memory that all processes share. Fixed in size: when every
// place a key may take is held by somebody who owes more, the key is turned away to the caller
// (`full`), who counts it elsewhere. A key that owes nothing loses nothing by being evicted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/atomic_pair.h"
#include "limit/gcra.h"

namespace stockade::limit {

// Four keys to a cache line, so that one look-up is one miss.
struct alignas(64) Bucket {
  AtomicPair slots[4];
};

class CounterTable {
 public:
  // `buckets` is zeroed memory or what an earlier run left; its size is a power of two, at least 2.
  explicit CounterTable(std::span<Bucket> buckets) : buckets_(buckets) {}

  struct Answer {
    Decision decision;
    bool idle = true;      // owed nothing before
    bool full = false;     // not counted: no place
    bool evicted = false;  // a key that still owed made room
  };

  // A key is 64 bits that nobody outside can foresee (keys.h), never 0.

  // Counts `units` of `key` if they pass; what does not pass writes nothing.
  Answer charge(uint64_t key, Rate rate, uint64_t units, Ticks now) {
    return change<decide>(key, rate, units, now);
  }

  // The short way of `charge` for one unit, for nearly every request: true where the key is known,
  // its request passes and nobody else was at it; `free_at` is its new number. Else nothing is
  // done.
  bool charge_known(uint64_t key, Rate rate, Ticks now, Ticks& free_at) {
    AtomicPair* slot = find(key);
    if (slot == nullptr) return false;
    const Ticks before = slot->value();
    free_at = (before > now ? before : now) + rate.cost;
    return free_at - now <= rate.depth && slot->exchange({key, before}, {key, free_at});
  }

  // Counts what has happened already, whether it passes or not. The decision says whether a
  // request more would pass now.
  Answer record(uint64_t key, Rate rate, uint64_t units, Ticks now);

  // Without counting anything.
  Decision look(uint64_t key, Rate rate, Ticks now) const;

  // Puts the key's debt back to none.
  void forget(uint64_t key);

  // Slots whose key owes something at `now`; walks the whole table.
  uint64_t owing(Ticks now) const;
  uint64_t capacity() const { return buckets_.size() * 4; }

 private:
  static constexpr int kPlaces = 8;  // two buckets of four
  struct Places {
    Bucket* buckets[2];
    AtomicPair& operator[](int i) const { return buckets[i / 4]->slots[i % 4]; }
  };
  using Change = Decision (*)(Ticks free_at, Ticks now, Rate rate, uint64_t units);
  // Every slot is changed by others at any time: a loop that loses this often has met a table that
  // is not one (damaged from outside), and the request goes on uncounted.
  static constexpr int kMaxTries = 1000;

  Places places_of(uint64_t key) const;
  AtomicPair* find(uint64_t key) const {
    Bucket& first = buckets_[key & (buckets_.size() - 1)];
    for (AtomicPair& slot : first.slots) {
      if (slot.key() == key) return &slot;
    }
    return find_in_second(key);
  }
  AtomicPair* find_in_second(uint64_t key) const;
  // A slot for the key with no debt, or a lost race for one; false if there is no place.
  bool make_room(uint64_t key, Rate rate, Ticks now, bool& evicted);
  static void settle(const Places& places, uint64_t key, Ticks now);
  // A template, so that each use is one piece of code.
  template <Change apply>
  Answer change(uint64_t key, Rate rate, uint64_t units, Ticks now);

  std::span<Bucket> buckets_;
};

template <CounterTable::Change apply>
inline CounterTable::Answer CounterTable::change(uint64_t key, Rate rate, uint64_t units,
                                                 Ticks now) {
  Answer answer;
  if (rate.unlimited()) return answer;
  // Nobody owes more under this rate: a number beyond comes from an older, stricter one, or damage.
  const Ticks most = now + 2 * rate.depth;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    AtomicPair* slot = find(key);
    if (slot == nullptr) {
      if (!make_room(key, rate, now, answer.evicted)) break;
      continue;
    }
    const Pair seen = slot->load();
    if (seen.key != key) continue;
    answer.idle = seen.value <= now;
    answer.decision = apply(seen.value < most ? seen.value : most, now, rate, units);
    if (answer.decision.free_at == seen.value) return answer;
    if (slot->exchange(seen, {seen.key, answer.decision.free_at})) return answer;
  }
  answer.full = true;
  answer.decision = {};
  return answer;
}

}  // namespace stockade::limit
