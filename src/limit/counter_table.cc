#include "limit/counter_table.h"

namespace stockade::limit {

namespace {

Decision charged(Ticks free_at, Ticks now, Rate rate, uint64_t units) {
  return decide(free_at, now, rate, units);
}

Decision recorded(Ticks free_at, Ticks now, Rate rate, uint64_t units) {
  const Ticks owed = owe(free_at, now, rate, units);
  Decision decision = decide(owed, now, rate);
  decision.free_at = owed;
  return decision;
}

// Every slot is changed by others at any time: a loop that loses this often has met a table that
// is not one (damaged from outside), and the request goes on uncounted.
constexpr int kMaxTries = 1000;

}  // namespace

CounterTable::Places CounterTable::places_of(uint64_t subject, uint64_t scope) const {
  const uint64_t hash = siphash13(hash_key_, subject, scope);
  const uint64_t mask = buckets_.size() - 1;
  const uint64_t first = hash & mask;
  uint64_t second = (hash >> 32) & mask;
  if (second == first) second = (second + 1) & mask;
  Places places;
  for (int i = 0; i < 4; ++i) {
    places.at[i] = &buckets_[first].slots[i];
    places.at[4 + i] = &buckets_[second].slots[i];
  }
  places.fingerprint = hash == 0 ? 1 : hash;  // 0 marks a free slot
  return places;
}

AtomicPair* CounterTable::find(const Places& places) {
  for (AtomicPair* slot : places.at) {
    if (slot->key() == places.fingerprint) return slot;
  }
  return nullptr;
}

// Two processes may insert one key at once, in two slots. The first slot in order is the key's; the
// debt of any other moves there. Whoever inserts looks again afterwards, so the last one sees all.
void CounterTable::settle(const Places& places, Ticks now) {
  AtomicPair* home = nullptr;
  for (AtomicPair* slot : places.at) {
    if (slot->key() != places.fingerprint) continue;
    if (home == nullptr) {
      home = slot;
      continue;
    }
    Ticks debt = 0;
    for (Pair seen = slot->load(); seen.key == places.fingerprint; seen = slot->load()) {
      debt = seen.value > now ? seen.value - now : 0;
      if (slot->exchange(seen, {})) break;
      debt = 0;
    }
    for (Pair seen = home->load(); debt > 0 && seen.key == places.fingerprint;
         seen = home->load()) {
      const Ticks start = seen.value > now ? seen.value : now;
      if (home->exchange(seen, {seen.key, start + debt})) break;
    }
  }
}

bool CounterTable::make_room(const Places& places, Rate rate, Ticks now, bool& evicted) {
  AtomicPair* victim = nullptr;
  Pair held;
  for (AtomicPair* slot : places.at) {
    const Pair seen = slot->load();
    if (victim == nullptr || seen.key == 0 || seen.value < held.value) {
      victim = slot;
      held = seen;
    }
    if (seen.key == 0) break;
  }
  // Somebody who owes no more than one request loses little; anybody else stays.
  if (held.key != 0 && held.value > now + rate.cost) return false;
  if (victim->exchange(held, {places.fingerprint, now})) {
    evicted = held.key != 0 && held.value > now;
    settle(places, now);
  }
  return true;
}

template <CounterTable::Change apply>
CounterTable::Answer CounterTable::change(uint64_t subject, uint64_t scope, Rate rate,
                                          uint64_t units, Ticks now) {
  Answer answer;
  if (rate.unlimited()) return answer;
  const Places places = places_of(subject, scope);
  // Nobody owes more under this rate: a number beyond comes from an older, stricter one, or damage.
  const Ticks most = now + 2 * rate.depth;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    AtomicPair* slot = find(places);
    if (slot == nullptr) {
      if (!make_room(places, rate, now, answer.evicted)) break;
      continue;
    }
    const Pair seen = slot->load();
    if (seen.key != places.fingerprint) continue;
    answer.idle = seen.value <= now;
    answer.decision = apply(seen.value < most ? seen.value : most, now, rate, units);
    if (answer.decision.free_at == seen.value) return answer;
    if (slot->exchange(seen, {seen.key, answer.decision.free_at})) return answer;
  }
  answer.full = true;
  answer.decision = {};
  return answer;
}

CounterTable::Answer CounterTable::charge(uint64_t subject, uint64_t scope, Rate rate,
                                          uint64_t units, Ticks now) {
  return change<charged>(subject, scope, rate, units, now);
}

CounterTable::Answer CounterTable::record(uint64_t subject, uint64_t scope, Rate rate,
                                          uint64_t units, Ticks now) {
  return change<recorded>(subject, scope, rate, units, now);
}

Decision CounterTable::look(uint64_t subject, uint64_t scope, Rate rate, Ticks now) const {
  if (rate.unlimited()) return {};
  const Places places = places_of(subject, scope);
  const AtomicPair* slot = find(places);
  if (slot == nullptr) return decide(0, now, rate);
  const Pair seen = slot->load();
  const Ticks most = now + 2 * rate.depth;
  const Ticks free_at = seen.key == places.fingerprint ? seen.value : 0;
  return decide(free_at < most ? free_at : most, now, rate);
}

void CounterTable::forget(uint64_t subject, uint64_t scope) {
  const Places places = places_of(subject, scope);
  for (int tries = 0; tries < kMaxTries; ++tries) {
    AtomicPair* slot = find(places);
    if (slot == nullptr) return;
    const Pair seen = slot->load();
    if (seen.key == places.fingerprint) slot->exchange(seen, {});
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
