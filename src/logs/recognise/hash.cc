#include "logs/recognise/hash.h"

#include <sys/random.h>

#include <cstring>

namespace stockade::logs {

namespace {

uint64_t random_key() {
  uint64_t key = 0;
  if (getrandom(&key, sizeof key, 0) != static_cast<ssize_t>(sizeof key)) key = 0x9E3779B97F4A7C15;
  return key;
}

uint64_t& process_key() {
  static uint64_t key = random_key();
  return key;
}

}  // namespace

uint64_t hash_key() { return process_key(); }

void use_hash_key(uint64_t key) { process_key() = key; }

uint64_t hash_of(std::string_view text) {
  // wyhash's mixing: a multiplication of 64 by 64 bits, folded.
  const auto mix = [](uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const auto word_at = [](const char* at) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    return word;
  };
  // Both factors have a secret in them: who could make one of them zero would know the hash.
  const uint64_t key = process_key();
  const uint64_t secret = mix(key, 0xE7037ED1A0B428DB);
  uint64_t hash = key ^ (text.size() * 0xA0761D6478BD642F);
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 16; at += 16, left -= 16) hash = mix(hash ^ word_at(at), word_at(at + 8) ^ secret);
  uint64_t low = 0, high = 0;
  if (left >= 8) {
    low = word_at(at);
    if (left > 8) std::memcpy(&high, at + 8, left - 8);
  } else if (left > 0) {
    std::memcpy(&low, at, left);
  }
  return mix(hash ^ low, high ^ secret);
}

}  // namespace stockade::logs
