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
  uint64_t hash = process_key() ^ (text.size() * 0xA0761D6478BD642F);
  const char* at = text.data();
  size_t left = text.size();
  while (left >= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = mix(hash ^ word, 0xE7037ED1A0B428DB);
    at += 8;
    left -= 8;
  }
  uint64_t word = 0;
  if (left > 0) std::memcpy(&word, at, left);
  return mix(hash ^ word, 0x8EBC6AF09C88C6E3);
}

}  // namespace stockade::logs
