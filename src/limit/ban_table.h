// Networks that are turned away for a time. Exact: no fingerprints, so nobody is banned for
// another. One 16-byte entry a network, changed by one compare-and-swap. An expired entry stays for
// as long as its level is remembered: who comes back within a day of it is banned for longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/client.h"
#include "limit/counter_table.h"
#include "limit/siphash.h"

namespace stockade::limit {

using Seconds = uint64_t;  // since the region was made

enum class BanReason : uint8_t {
  limit = 1,  // went on far above a limit
  trap,       // asked for what nobody who belongs here asks for
  login,      // guessed passwords
  missing,    // asked for what is not there, over and over
  manual,     // by an administrator
  fleet,      // another server said so
};
constexpr uint8_t kMaxBanReason = static_cast<uint8_t>(BanReason::fleet);

struct Ban {
  Network network;
  Seconds until = 0;
  uint8_t level = 0;  // 0 the first time, up to kMaxBanLevel
  BanReason reason = BanReason::limit;
  bool forwarded = false;  // of an address that a proxy told: nothing for a firewall
};
constexpr uint8_t kMaxBanLevel = 3;
constexpr Seconds kBanSeconds[kMaxBanLevel + 1] = {60, 600, 3600, 86400};
constexpr Seconds kForgetLevelAfter = 86400;  // one level for each clean day

class BanTable {
 public:
  // Like CounterTable's: zeroed, or what an earlier run left.
  BanTable(std::span<Bucket> buckets, HashKey key) : buckets_(buckets), hash_key_(key) {}

  // The ban in force for the network itself (not for one around it).
  bool find(Network network, Seconds now, Ban& ban) const;

  enum class Added : uint8_t { banned, already, full };
  // Bans for `seconds`; 0: by the network's level, which rises by one with each ban and falls by
  // one with each clean day. A network that is banned already stays as it is: requests do not
  // prolong a ban. `full`: every place is held by a ban that ends later; nothing was changed.
  Added add(Network network, BanReason reason, Seconds seconds, Seconds now, Ban& ban,
            bool forwarded = false);

  bool remove(Network network);

  // Writes up to bans.size() bans in force into `bans`; the number of all of them.
  size_t list(std::span<Ban> bans, Seconds now) const;
  uint64_t capacity() const { return buckets_.size() * 4; }

 private:
  struct Places {
    AtomicPair* at[8];
    uint64_t key;
  };
  struct Choice {
    AtomicPair* slot = nullptr;
    Pair held;
  };
  Places places_of(Network network) const;
  static Choice choose(const Places& places, Network network);

  std::span<Bucket> buckets_;
  HashKey hash_key_;
};

}  // namespace stockade::limit
