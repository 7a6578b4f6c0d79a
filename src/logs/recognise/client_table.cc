#include "logs/recognise/client_table.h"

#include <new>
#include <type_traits>

#include "logs/recognise/recogniser.h"

namespace stockade::logs {

namespace {

// Seconds for one to run out.
constexpr float kSuspicionLeak = 60, kMissLeak = 10, kFastLeak = 10, kSlowLeak = 60,
                kLastingLeak = 7200, kRequestLeak = 1.0F / 20;

void leak(Client& client, Micros now) {
  if (now <= client.seen) return;  // a line that is late
  const auto seconds = static_cast<float>(static_cast<double>(now - client.seen) / 1e6);
  client.suspicion.leak(seconds, kSuspicionLeak);
  client.misses.leak(seconds, kMissLeak);
  client.fast.leak(seconds, kFastLeak);
  client.slow.leak(seconds, kSlowLeak);
  client.lasting.leak(seconds, kLastingLeak);
  client.requests.leak(seconds, kRequestLeak);
  constexpr Micros kHour = 3600 * kSecond;
  if (now - client.seen > kHour) {
    client.request_count = client.miss_count = 0;
    client.agents = {};
  }
  client.seen = now;
}

float owed(const Client& client) {
  return client.suspicion.level + client.misses.level + client.lasting.level + client.slow.level +
         (client.condemned != 0 ? 1000.0F : 0.0F);
}

bool forget_first(const Client& a, const Client& b) {
  const float owed_a = owed(a), owed_b = owed(b);
  return owed_a != owed_b ? owed_a < owed_b : a.seen < b.seen;
}

bool is_free(const Client& client) { return client.key == Ip{}; }

}  // namespace

Ip client_key(const Ip& address) { return address.is_ipv4() ? address : address.network(64); }

uint64_t client_hash(const Ip& address) { return hash_of(client_key(address)); }

// A client that is not there yet is all zero, and so is memory that nobody has touched: of a small
// log most of the table never exists.
ClientTable::ClientTable()
    : table_(static_cast<Client*>(std::calloc(size(), sizeof(Client)))),
      marks_(static_cast<uint16_t*>(std::calloc(size(), sizeof(uint16_t)))) {
  static_assert(std::is_trivially_copyable_v<Client> && std::is_aggregate_v<Client>);
  if (table_ == nullptr || marks_ == nullptr) throw std::bad_alloc();
}

void ClientTable::fetch_client(uint64_t hash) const {
  const size_t first = hash % kSets * kWays;
  const uint16_t mark = mark_of(hash);
  for (size_t i = first; i < first + kWays; ++i) {
    if (marks_[i] != mark) continue;
    constexpr size_t kCacheLine = 64;
    const auto* const client = reinterpret_cast<const char*>(&table_[i]);
    for (size_t at = 0; at < sizeof(Client); at += kCacheLine) __builtin_prefetch(client + at);
    return;
  }
}

Client& ClientTable::of(const Ip& address, uint64_t hash, Micros now) {
  const Ip key = client_key(address);
  const size_t first = hash % kSets * kWays;
  const uint16_t mark = mark_of(hash);
  for (size_t i = 0; i < kWays; ++i) {
    if (marks_[first + i] != mark || table_[first + i].key != key) continue;
    leak(table_[first + i], now);
    return table_[first + i];
  }
  size_t victim = first;
  for (size_t i = first; i < first + kWays; ++i) {
    if (is_free(table_[i])) {
      victim = i;
      break;
    }
    if (forget_first(table_[i], table_[victim])) victim = i;
  }
  Client& client = table_[victim];
  client = {};
  client.key = key;
  client.seen = now;
  marks_[victim] = mark;
  return client;
}

void ClientTable::restore(size_t index, const Client& client) {
  const uint64_t hash = client_hash(client.key);
  if (is_free(client) || index / kWays != hash % kSets) return;  // not of this key
  table_[index] = client;
  marks_[index] = mark_of(hash);
}

}  // namespace stockade::logs
