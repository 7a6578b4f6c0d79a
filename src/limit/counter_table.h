// What each key owes, 16 bytes a key, in memory that all processes share. Fixed in size: when every
// place a key may take is held by somebody who owes more, the key is turned away to the caller
// (`full`), who counts it elsewhere. A key that owes nothing loses nothing by being evicted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/atomic_pair.h"
#include "limit/gcra.h"
#include "limit/siphash.h"

namespace stockade::limit {

// Four keys to a cache line, so that one look-up is one miss.
struct alignas(64) Bucket {
  AtomicPair slots[4];
};

class CounterTable {
 public:
  // `buckets` is zeroed memory or what an earlier run left; its size is a power of two, at least 2.
  CounterTable(std::span<Bucket> buckets, HashKey key) : buckets_(buckets), hash_key_(key) {}

  struct Answer {
    Decision decision;
    bool idle = true;      // owed nothing before
    bool full = false;     // not counted: no place
    bool evicted = false;  // a key that still owed made room
  };

  // Counts `units` of (`subject`, `scope`) if they pass; what does not pass writes nothing.
  Answer charge(uint64_t subject, uint64_t scope, Rate rate, uint64_t units, Ticks now);

  // Counts what has happened already, whether it passes or not. The decision says whether a
  // request more would pass now.
  Answer record(uint64_t subject, uint64_t scope, Rate rate, uint64_t units, Ticks now);

  // Without counting anything.
  Decision look(uint64_t subject, uint64_t scope, Rate rate, Ticks now) const;

  // Puts the key's debt back to none.
  void forget(uint64_t subject, uint64_t scope);

  // Slots whose key owes something at `now`; walks the whole table.
  uint64_t owing(Ticks now) const;
  uint64_t capacity() const { return buckets_.size() * 4; }

 private:
  static constexpr int kPlaces = 8;  // two buckets of four
  struct Places {
    AtomicPair* at[kPlaces];
    uint64_t fingerprint;
  };
  using Change = Decision (*)(Ticks free_at, Ticks now, Rate rate, uint64_t units);

  Places places_of(uint64_t subject, uint64_t scope) const;
  static AtomicPair* find(const Places& places);
  // A slot for the fingerprint with no debt, or a lost race for one; false if there is no place.
  static bool make_room(const Places& places, Rate rate, Ticks now, bool& evicted);
  static void settle(const Places& places, Ticks now);
  // A template, so that each use is one piece of code.
  template <Change apply>
  Answer change(uint64_t subject, uint64_t scope, Rate rate, uint64_t units, Ticks now);

  std::span<Bucket> buckets_;
  HashKey hash_key_;
};

}  // namespace stockade::limit
