#include "limit/counter_table.h"

namespace stockade::limit {

namespace {

Decision recorded(Ticks free_at, Ticks now, Rate rate, uint64_t units) {
  const Ticks owed = owe(free_at, now, rate, units);
  Decision decision = decide(owed, now, rate);
  decision.free_at = owed;
  return decision;
}

}  // namespace

CounterTable::Places CounterTable::places_of(uint64_t key) const {
  const uint64_t mask = buckets_.size() - 1;
  const uint64_t first = key & mask;
  uint64_t second = (key >> 32) & mask;
  if (second == first) second = (second + 1) & mask;
  return {{&buckets_[first], &buckets_[second]}};
}

AtomicPair* CounterTable::find_in_second(uint64_t key) const {
  for (AtomicPair& slot : places_of(key).buckets[1]->slots) {
    if (slot.key() == key) return &slot;
  }
  return nullptr;
}

// Two processes may insert one key at once, in two slots. The first slot in order is the key's; the
// debt of any other moves there. Whoever inserts looks again afterwards, so the last one sees all.
void CounterTable::settle(const Places& places, uint64_t key, Ticks now) {
  AtomicPair* home = nullptr;
  for (int i = 0; i < kPlaces; ++i) {
    AtomicPair* slot = &places[i];
    if (slot->key() != key) continue;
    if (home == nullptr) {
      home = slot;
      continue;
    }
    Ticks debt = 0;
    for (Pair seen = slot->load(); seen.key == key; seen = slot->load()) {
      debt = seen.value > now ? seen.value - now : 0;
      if (slot->exchange(seen, {})) break;
      debt = 0;
    }
    for (Pair seen = home->load(); debt > 0 && seen.key == key; seen = home->load()) {
      const Ticks start = seen.value > now ? seen.value : now;
      if (home->exchange(seen, {seen.key, start + debt})) break;
    }
  }
}

bool CounterTable::make_room(uint64_t key, Rate rate, Ticks now, bool& evicted) {
  const Places places = places_of(key);
  AtomicPair* victim = nullptr;
  Pair held;
  for (int i = 0; i < kPlaces; ++i) {
    AtomicPair* slot = &places[i];
    const Pair seen = slot->load();
    if (victim == nullptr || seen.key == 0 || seen.value < held.value) {
      victim = slot;
      held = seen;
    }
    if (seen.key == 0) break;
  }
  // Somebody who owes no more than one request loses little; anybody else stays.
  if (held.key != 0 && held.value > now + rate.cost) return false;
  if (victim->exchange(held, {key, now})) {
    evicted = held.key != 0 && held.value > now;
    settle(places, key, now);
  }
  return true;
}

CounterTable::Answer CounterTable::record(uint64_t key, Rate rate, uint64_t units, Ticks now) {
  return change<recorded>(key, rate, units, now);
}

Decision CounterTable::look(uint64_t key, Rate rate, Ticks now) const {
  if (rate.unlimited()) return {};
  const AtomicPair* slot = find(key);
  if (slot == nullptr) return decide(0, now, rate, 1);
  const Pair seen = slot->load();
  const Ticks most = now + 2 * rate.depth;
  const Ticks free_at = seen.key == key ? seen.value : 0;
  return decide(free_at < most ? free_at : most, now, rate, 1);
}

void CounterTable::forget(uint64_t key) {
  for (int tries = 0; tries < kMaxTries; ++tries) {
    AtomicPair* slot = find(key);
    if (slot == nullptr) return;
    const Pair seen = slot->load();
    if (seen.key == key) slot->exchange(seen, {});
  }
}

uint64_t CounterTable::owing(Ticks now) const {
  uint64_t count = 0;
  for (const Bucket& bucket : buckets_) {
    for (const AtomicPair& slot : bucket.slots) {
      const Pair seen = slot.load();
      if (seen.key != 0 && seen.value > now) ++count;
    }
  }
  return count;
}

}  // namespace stockade::limit
