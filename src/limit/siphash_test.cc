#include "limit/siphash.h"

#include <gtest/gtest.h>

#include <set>

namespace stockade::limit {
namespace {

// The same function, written from the paper for any input, one byte at a time.
uint64_t reference(HashKey key, const uint8_t* in, size_t length) {
  const auto rotate = [](uint64_t x, int b) { return x << b | x >> (64 - b); };
  uint64_t v[4] = {key.k0 ^ 0x736f6d6570736575ULL, key.k1 ^ 0x646f72616e646f6dULL,
                   key.k0 ^ 0x6c7967656e657261ULL, key.k1 ^ 0x7465646279746573ULL};
  const auto round = [&] {
    v[0] += v[1], v[1] = rotate(v[1], 13), v[1] ^= v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16), v[3] ^= v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21), v[3] ^= v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17), v[1] ^= v[2], v[2] = rotate(v[2], 32);
  };
  for (size_t at = 0; at <= length; at += 8) {
    uint64_t word = 0;
    for (size_t i = at; i < at + 8 && i < length; ++i) word |= uint64_t{in[i]} << 8 * (i - at);
    if (at + 8 > length) word |= uint64_t{length} << 56;
    v[3] ^= word, round(), v[0] ^= word;
  }
  v[2] ^= 0xff, round(), round(), round();
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

TEST(SipHash, AgreesWithTheBytewiseForm) {
  uint64_t seed = 1;
  for (int i = 0; i < 1000; ++i) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    const uint64_t a = seed ^ seed >> 17;
    const uint64_t b = ~seed << 5 ^ seed;
    uint8_t bytes[16];
    for (int k = 0; k < 8; ++k) bytes[k] = static_cast<uint8_t>(a >> 8 * k);
    for (int k = 0; k < 8; ++k) bytes[8 + k] = static_cast<uint8_t>(b >> 8 * k);
    const HashKey key{seed, ~seed};
    ASSERT_EQ(siphash13(key, a, b), reference(key, bytes, 16));
  }
}

TEST(SipHash, TheKeyDecides) {
  std::set<uint64_t> seen;
  for (uint64_t k = 0; k < 1000; ++k) seen.insert(siphash13({k, 0}, 1, 2));
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace stockade::limit
