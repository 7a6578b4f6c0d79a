#include "limit/ban_table.h"

namespace stockade::limit {

namespace {

// value: until 40 | level 4 | reason 4 | length 8 | forwarded 1 | family 1 | used 1. The network's
// own bits are the key; two networks of one key (/48 and /64 of one address) differ in length.
constexpr uint64_t kUsed = 1;
constexpr uint64_t kIpv4 = 2;
constexpr uint64_t kForwarded = 4;
constexpr uint64_t kIdentity = 0xFF'03;  // length, family, used

uint64_t identity_of(Network network) {
  return uint64_t{network.length} << 8 | (network.ipv4 ? kIpv4 : 0) | kUsed;
}

uint64_t packed(const Ban& ban) {
  return ban.until << 24 | uint64_t{ban.level} << 20 | uint64_t(ban.reason) << 16 |
         (ban.forwarded ? kForwarded : 0) | identity_of(ban.network);
}

Ban unpacked(Pair entry) {
  Ban ban;
  ban.network = {entry.key, static_cast<uint8_t>(entry.value >> 8), (entry.value & kIpv4) != 0};
  ban.until = entry.value >> 24;
  ban.level = static_cast<uint8_t>(entry.value >> 20 & 0xF);
  ban.reason = static_cast<BanReason>(entry.value >> 16 & 0xF);
  ban.forwarded = (entry.value & kForwarded) != 0;
  return ban;
}

bool is_used(Pair entry) { return (entry.value & kUsed) != 0; }

// What another program may have written there is no ban.
bool is_sound(const Ban& ban) {
  const uint8_t longest = ban.network.ipv4 ? 32 : 64;
  const auto reason = static_cast<uint8_t>(ban.reason);
  return ban.network.length >= 1 && ban.network.length <= longest && ban.level <= kMaxBanLevel &&
         reason >= 1 && reason <= kMaxBanReason;
}

bool is_of(Pair entry, Network network) {
  return is_used(entry) && entry.key == network.bits &&
         (entry.value & kIdentity) == identity_of(network);
}

uint8_t next_level(const Ban& last, Seconds now) {
  const Seconds clean = now > last.until ? now - last.until : 0;
  const Seconds forgotten = clean / kForgetLevelAfter;
  const uint64_t level = last.level + 1U;
  if (forgotten >= level) return 0;
  const uint64_t left = level - forgotten;
  return static_cast<uint8_t>(left < kMaxBanLevel ? left : kMaxBanLevel);
}

constexpr int kMaxBanTries = 1000;

}  // namespace

BanTable::Places BanTable::places_of(Network network) const {
  const uint64_t hash = siphash13(hash_key_, network.bits, identity_of(network));
  const uint64_t mask = buckets_.size() - 1;
  const uint64_t first = hash & mask;
  uint64_t second = (hash >> 32) & mask;
  if (second == first) second = (second + 1) & mask;
  Places places;
  for (int i = 0; i < 4; ++i) {
    places.at[i] = &buckets_[first].slots[i];
    places.at[4 + i] = &buckets_[second].slots[i];
  }
  places.key = network.bits;
  return places;
}

bool BanTable::find(Network network, Seconds now, Ban& ban) const {
  const Places places = places_of(network);
  for (const AtomicPair* slot : places.at) {
    if (slot->key() != places.key) continue;
    const Pair entry = slot->load();
    if (!is_of(entry, network)) continue;
    ban = unpacked(entry);
    if (is_sound(ban) && ban.until > now) return true;
  }
  return false;
}

// Of the free places one in the emptier bucket, so that both stay usable for long; else the ban
// that ends first.
BanTable::Choice BanTable::choose(const Places& places, Network network) {
  Choice choice;
  int free_in[2] = {0, 0};
  for (int i = 0; i < 8; ++i) {
    AtomicPair* slot = places.at[i];
    const Pair entry = slot->load();
    if (is_of(entry, network)) return {slot, entry};
    if (!is_used(entry)) ++free_in[i / 4];
    const bool is_free = !is_used(entry);
    const bool held_free = choice.slot != nullptr && !is_used(choice.held);
    const bool is_better = choice.slot == nullptr || (is_free && !held_free) ||
                           (!is_free && !held_free && entry.value >> 24 < choice.held.value >> 24);
    const bool is_emptier = is_free && i >= 4 && free_in[1] > free_in[0];
    if (is_better || is_emptier) choice = {slot, entry};
  }
  return choice;
}

BanTable::Added BanTable::add(Network network, BanReason reason, Seconds seconds, Seconds now,
                              Ban& ban, bool forwarded) {
  const Places places = places_of(network);
  for (int tries = 0; tries < kMaxBanTries; ++tries) {
    const Choice choice = choose(places, network);
    const bool is_own = is_of(choice.held, network);
    uint8_t level = 0;
    if (is_own) {
      ban = unpacked(choice.held);
      if (is_sound(ban) && ban.until > now) return Added::already;
      if (is_sound(ban)) level = next_level(ban, now);
    }
    const Seconds length = seconds != 0 ? seconds : kBanSeconds[level];
    ban = {network, now + length, level, reason, forwarded};
    const bool is_held = !is_own && is_used(choice.held) && choice.held.value >> 24 > now;
    if (is_held && choice.held.value >> 24 >= ban.until) return Added::full;
    if (choice.slot->exchange(choice.held, {network.bits, packed(ban)})) return Added::banned;
  }
  return Added::full;
}

bool BanTable::remove(Network network) {
  bool removed = false;
  const Places places = places_of(network);
  for (AtomicPair* slot : places.at) {
    for (int tries = 0; tries < kMaxBanTries; ++tries) {
      const Pair entry = slot->load();
      if (!is_of(entry, network)) break;
      if (slot->exchange(entry, {})) {
        removed = true;
        break;
      }
    }
  }
  return removed;
}

size_t BanTable::list(std::span<Ban> bans, Seconds now) const {
  size_t count = 0;
  for (const Bucket& bucket : buckets_) {
    for (const AtomicPair& slot : bucket.slots) {
      const Pair entry = slot.load();
      if (!is_used(entry)) continue;
      const Ban ban = unpacked(entry);
      if (!is_sound(ban) || ban.until <= now) continue;
      if (count < bans.size()) bans[count] = ban;
      ++count;
    }
  }
  return count;
}

}  // namespace stockade::limit
