// A fast hash that an attacker cannot aim: keyed by a number that nobody else knows.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ip.h"

namespace stockade::logs {

uint64_t hash_of(std::string_view text);
inline uint64_t hash_of(const Ip& ip) {
  return hash_of({reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size()});
}

// A part of it that fits into small tables; never zero.
inline uint16_t mark_of(uint64_t hash) { return static_cast<uint16_t>(hash >> 48 | 1); }

// The key of this process: random until one is given. A store keeps it, as what is remembered of
// clients holds hashes; it is given before the first line is looked at.
uint64_t hash_key();
void use_hash_key(uint64_t key);

}  // namespace stockade::logs
