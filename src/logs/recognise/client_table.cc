#include "logs/recognise/client_table.h"

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
    client.agents = 0;
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

// Pages that no client falls into are never touched, so they cost nothing.
ClientTable::ClientTable() : table_(new Client[size()]()) {}

Client& ClientTable::of(const Ip& address, Micros now) {
  const Ip key = client_key(address);
  const std::string_view bytes(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  Client* const set = &table_[hash_of(bytes) % kSets * kWays];
  Client* victim = set;
  for (size_t i = 0; i < kWays; ++i) {
    Client& client = set[i];
    if (client.key == key) {
      leak(client, now);
      return client;
    }
    if (is_free(client)) {
      if (!is_free(*victim)) victim = &client;
      continue;
    }
    if (!is_free(*victim) && forget_first(client, *victim)) victim = &client;
  }
  if (!is_free(*victim) && owed(*victim) >= 1) ++forgotten_;
  *victim = {};
  victim->key = key;
  victim->seen = now;
  return *victim;
}

}  // namespace stockade::logs
