// SipHash-1-3 of two words with a secret key: a client cannot choose addresses that collide.
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012).
#pragma once

#include <bit>
#include <cstdint>

namespace stockade::limit {

struct HashKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
};

namespace detail {

struct SipState {
  uint64_t v0, v1, v2, v3;

  constexpr void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  constexpr void take(uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

}  // namespace detail

constexpr uint64_t siphash13(HashKey key, uint64_t a, uint64_t b) {
  detail::SipState s{key.k0 ^ 0x736f6d6570736575ULL, key.k1 ^ 0x646f72616e646f6dULL,
                     key.k0 ^ 0x6c7967656e657261ULL, key.k1 ^ 0x7465646279746573ULL};
  s.take(a);
  s.take(b);
  s.take(uint64_t{16} << 56);  // the length of the input, as the algorithm closes
  s.v2 ^= 0xff;
  s.round();
  s.round();
  s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

}  // namespace stockade::limit
