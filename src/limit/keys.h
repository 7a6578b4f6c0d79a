// The keys under which a client's networks are counted. Nobody outside can foresee them, nor which
// of them share a bucket.
#pragma once

#include <cstdint>

#include "limit/client.h"
#include "limit/siphash.h"

namespace stockade::limit {

// Made once from the table's hash key.
struct KeySecret {
  HashKey hash_key;
  uint64_t step[2];  // odd

  explicit constexpr KeySecret(HashKey key)
      : hash_key(key),
        step{siphash13(key, 1, ~uint64_t{0}) | 1, siphash13(key, 2, ~uint64_t{0}) | 1} {}
};

// One pass of SipHash, for the widest network that counts; the bytes that narrow it are multiplied
// by secret odd numbers and added (a universal hash). Without knowing the sum nobody can choose
// addresses whose keys meet, and the 256 parts of one network never share their first bucket.
class ClientKeys {
 public:
  constexpr ClientKeys(const KeySecret& secret, uint64_t bits, bool ipv4, uint64_t scope)
      : secret_(secret),
        bits_(bits),
        ipv4_(ipv4),
        wide_(siphash13(secret.hash_key, bits & ~(ipv4 ? uint64_t{0xFF} : uint64_t{0xFFFF}),
                        scope)) {}

  // `length` is one of kIpv4Levels or kIpv6Levels.
  constexpr uint64_t key(uint8_t length) const {
    uint64_t key = wide_;
    if (ipv4_) {
      if (length > 24) key += secret_.step[0] * ((bits_ & 0xFF) + 1);
    } else {
      if (length > 48) key += secret_.step[0] * ((bits_ >> 8 & 0xFF) + 1);
      if (length > 56) key += secret_.step[1] * ((bits_ & 0xFF) + 1);
    }
    return key == 0 ? 1 : key;  // 0 marks a free slot
  }

 private:
  const KeySecret& secret_;
  uint64_t bits_;
  bool ipv4_;
  uint64_t wide_;
};

constexpr uint64_t key_of(const KeySecret& secret, Network network, uint64_t scope) {
  return ClientKeys(secret, network.bits, network.ipv4, scope).key(network.length);
}

}  // namespace stockade::limit
