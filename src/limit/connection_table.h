// How many connections each client holds open. A process that dies takes its connections with it:
// each stands in a journal under its process, so that the parent can take back what a dead one
// counted. One that is killed between the two writes may leave the count wrong by one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/client.h"
#include "limit/counter_table.h"
#include "limit/siphash.h"

namespace stockade::limit {

class ConnectionTable {
 public:
  // Zeroed memory or what an earlier run left; both sizes are powers of two.
  ConnectionTable(std::span<Bucket> counts, std::span<AtomicPair> journal, HashKey key)
      : counts_(counts), journal_(journal), hash_key_(key) {}

  struct Opened {
    uint64_t held = 0;            // connections of the network, this one with them
    AtomicPair* entry = nullptr;  // for `closed`; null: no room, it was not counted
  };
  Opened opened(Network network, pid_t process);
  void closed(AtomicPair* entry);

  uint64_t held(Network network) const;

  // Takes back what `process` held; for its parent, when it has ended.
  void forget_process(pid_t process);

 private:
  static constexpr int kPlaces = 8;
  struct Places {
    AtomicPair* at[kPlaces];
    uint64_t fingerprint;
  };
  Places places_of(uint64_t fingerprint) const;
  uint64_t fingerprint_of(Network network) const;
  AtomicPair* write_down(uint64_t fingerprint, pid_t process);
  uint64_t increment(const Places& places);
  void decrement(uint64_t fingerprint);

  std::span<Bucket> counts_;
  std::span<AtomicPair> journal_;
  HashKey hash_key_;
};

}  // namespace stockade::limit
