// What is remembered of each client: a table of fixed size, whatever comes. A client is an IPv4
// address or an IPv6 /64, which is what one customer gets. Where a set is full, the client that
// owes least and was seen longest ago is forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "logs/recognise/bucket.h"
#include "logs/recognise/few_distinct.h"
#include "logs/record.h"

namespace stockade::logs {

struct Client {
  Ip key;  // the address, or the /64; all zero: free
  Micros seen = 0;
  Micros first_hostile = 0;
  Micros first_failure = 0;
  FewDistinct<4> accounts;     // names that do not exist and were tried
  FewDistinct<8> agents;       // programs that met an error
  Bucket suspicion;            // weights of signatures
  Bucket misses;               // things that are not there, each once
  Bucket fast, slow, lasting;  // refused logins, in seconds, minutes and hours
  Bucket requests;
  uint32_t request_count = 0;
  uint32_t miss_count = 0;
  uint32_t hostile_lines = 0;        // not yet part of an incident
  uint32_t failure_lines = 0;        // ... refused logins
  std::array<uint16_t, 6> recent{};  // hashes of the last targets that counted
  uint8_t recent_at = 0;
  uint8_t condemned = 0;  // a bit for each Intent that has an incident
  uint8_t last_byte = 0;  // of an IPv6 address' lower half: tells one host from several
  uint8_t flags = 0;
};
enum ClientFlag : uint8_t { kSeveralHosts = 1 };

class ClientTable {
 public:
  static constexpr size_t kWays = 8;
  static constexpr size_t kSets = 16 * 1024;

  ClientTable();
  // The client, perhaps a new one; leaked up to `now`. `hash` is client_hash(address).
  Client& of(const Ip& address, uint64_t hash, Micros now);
  // So that it is at hand when it is asked for, soon: first the marks, which tell where in its set
  // it is, and somewhat later itself.
  void fetch_set(uint64_t hash) const { __builtin_prefetch(&marks_[hash % kSets * kWays]); }
  void fetch_client(uint64_t hash) const;
  size_t index_of(const Client& client) const {
    return static_cast<size_t>(&client - table_.get());
  }
  Client& at(size_t index) { return table_[index]; }
  // A client of a store, at the place that it had: hashes have the same key as then.
  void restore(size_t index, const Client& client);
  static constexpr size_t size() { return kWays * kSets; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<Client[], Free> table_;
  std::unique_ptr<uint16_t[], Free>
      marks_;  // of each client a part of its hash: a set is one cache line
};

Ip client_key(const Ip& address);
uint64_t client_hash(const Ip& address);

}  // namespace stockade::logs
