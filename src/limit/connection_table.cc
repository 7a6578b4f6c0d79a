#include "limit/connection_table.h"

namespace stockade::limit {

namespace {

constexpr int kMaxConnectionTries = 1000;
constexpr size_t kProbes = 256;  // of the journal

}  // namespace

uint64_t ConnectionTable::fingerprint_of(Network network) const {
  const uint64_t hash =
      siphash13(hash_key_, network.bits, uint64_t{network.length} << 1 | (network.ipv4 ? 1 : 0));
  return hash == 0 ? 1 : hash;
}

ConnectionTable::Places ConnectionTable::places_of(uint64_t fingerprint) const {
  const uint64_t mask = counts_.size() - 1;
  const uint64_t first = fingerprint & mask;
  uint64_t second = (fingerprint >> 32) & mask;
  if (second == first) second = (second + 1) & mask;
  Places places;
  for (int i = 0; i < 4; ++i) {
    places.at[i] = &counts_[first].slots[i];
    places.at[4 + i] = &counts_[second].slots[i];
  }
  places.fingerprint = fingerprint;
  return places;
}

// Journal: key the fingerprint, value the process.
AtomicPair* ConnectionTable::write_down(uint64_t fingerprint, pid_t process) {
  const uint64_t mask = journal_.size() - 1;
  const uint64_t start = siphash13(hash_key_, static_cast<uint64_t>(process), 0);
  for (size_t i = 0; i < kProbes; ++i) {
    AtomicPair& entry = journal_[(start + i) & mask];
    if (entry.key() != 0) continue;
    if (entry.exchange({}, {fingerprint, static_cast<uint64_t>(process)})) return &entry;
  }
  return nullptr;
}

// The new count; 0: no place.
uint64_t ConnectionTable::increment(const Places& places) {
  for (int tries = 0; tries < kMaxConnectionTries; ++tries) {
    AtomicPair* free = nullptr;
    Pair held;
    AtomicPair* own = nullptr;
    for (AtomicPair* slot : places.at) {
      const Pair seen = slot->load();
      if (seen.key == places.fingerprint) {
        own = slot;
        held = seen;
        break;
      }
      if (free == nullptr && seen.value == 0) {
        free = slot;
        held = seen;
      }
    }
    AtomicPair* slot = own != nullptr ? own : free;
    if (slot == nullptr) return 0;
    const uint64_t count = own != nullptr ? held.value + 1 : 1;
    if (slot->exchange(held, {places.fingerprint, count})) return count;
  }
  return 0;
}

void ConnectionTable::decrement(uint64_t fingerprint) {
  for (AtomicPair* slot : places_of(fingerprint).at) {
    for (int tries = 0; tries < kMaxConnectionTries; ++tries) {
      const Pair seen = slot->load();
      if (seen.key != fingerprint || seen.value == 0) break;
      if (slot->exchange(seen, {seen.key, seen.value - 1})) return;
    }
  }
}

ConnectionTable::Opened ConnectionTable::opened(Network network, pid_t process) {
  Opened result;
  const uint64_t fingerprint = fingerprint_of(network);
  AtomicPair* entry = write_down(fingerprint, process);
  if (entry == nullptr) return result;
  result.held = increment(places_of(fingerprint));
  if (result.held == 0) {
    entry->exchange({fingerprint, static_cast<uint64_t>(process)}, {});
    return result;
  }
  result.entry = entry;
  return result;
}

void ConnectionTable::closed(AtomicPair* entry) {
  if (entry == nullptr) return;
  const Pair seen = entry->load();
  // Taken back already: the process was given up for dead.
  if (seen.key == 0) return;
  if (entry->exchange(seen, {})) decrement(seen.key);
}

uint64_t ConnectionTable::held(Network network) const {
  const uint64_t fingerprint = fingerprint_of(network);
  uint64_t count = 0;
  for (const AtomicPair* slot : places_of(fingerprint).at) {
    const Pair seen = slot->load();
    if (seen.key == fingerprint) count += seen.value;
  }
  return count;
}

void ConnectionTable::forget_process(pid_t process) {
  for (AtomicPair& entry : journal_) {
    const Pair seen = entry.load();
    if (seen.key == 0 || seen.value != static_cast<uint64_t>(process)) continue;
    if (entry.exchange(seen, {})) decrement(seen.key);
  }
}

}  // namespace stockade::limit
