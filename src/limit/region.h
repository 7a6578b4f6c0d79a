// The shared mapping that holds everything: made by whoever starts first, attached by its children,
// by the next generation after a graceful restart, and by the command line.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/ban_table.h"
#include "limit/connection_table.h"
#include "limit/counter_table.h"
#include "limit/event_ring.h"

namespace stockade::limit {

constexpr uint32_t kLayout = 4;  // rises with every change of what stands where
constexpr size_t kMaxRules = 64;
constexpr size_t kShards = 16;      // of the statistics, so that processes do not share a line
constexpr size_t kOverflow = 1024;  // counters of last resort
constexpr size_t kConnectionBuckets = 4096;   // 16,384 clients that hold connections
constexpr size_t kConnectionJournal = 16384;  // open connections

// What passed, by how much its client owed then: the count stands at the number of bits of the debt
// in ticks. The sum is what passed; the shape tells which burst would have been enough.
constexpr size_t kDebts = 54;
struct RuleStatistics {
  std::atomic<uint64_t> passed[kDebts] = {};
  std::atomic<uint64_t> denied{0};
  std::atomic<uint64_t> would_deny{0};  // dry run
  std::atomic<uint64_t> overflow{0};    // counted in the network around, for want of room
};
struct alignas(64) Shard {
  RuleStatistics rules[kMaxRules];
  std::atomic<uint64_t> evicted{0};
  std::atomic<uint64_t> refused{0};  // requests of banned clients
  std::atomic<uint64_t> banned{0};
  std::atomic<uint64_t> bans_dropped{0};  // the ban table was full
};

// What a rule is called and what it allows, for whoever reads the region from outside.
struct RuleInfo {
  char name[32];  // ends with a zero; empty: no such rule
  std::atomic<uint64_t> cost{0};
  std::atomic<uint64_t> depth{0};
};

// What the helper that hands bans to the firewall says of itself.
struct alignas(64) HelperState {
  std::atomic<uint64_t> process{0};
  std::atomic<uint64_t> seen{0};   // Seconds; 0: none was ever there
  std::atomic<uint64_t> works{0};  // 1: the firewall takes bans; 0: it does not
  std::atomic<uint64_t> in_force{0};
  std::atomic<uint64_t> handed{0};
  std::atomic<uint64_t> spared{0};  // bans of protected networks, which stay in httpd
  std::atomic<uint64_t> failed{0};
  std::atomic<uint64_t> mourned{0};  // its `process` that the log calls dead
};
constexpr Seconds kHelperSilence = 10;  // after which it counts as dead
enum class HelperHealth : uint8_t { none, working, failing, dead };
HelperHealth health_of(const HelperState& helper, Seconds now);
const char* to_string(HelperHealth health);

// Networks that no firewall may ban: allow lists and trusted proxies, told by httpd to the helper.
constexpr size_t kMaxProtected = 1024;
struct alignas(64) ProtectedNetworks {
  std::atomic<uint64_t> turn{0};  // odd while it is written
  std::atomic<uint64_t> count{0};
  std::atomic<uint64_t> left_out{0};  // that found no room
  std::atomic<uint64_t> words[kMaxProtected * 4] = {};
};

struct Header {
  char magic[8];
  uint32_t layout = kLayout;
  uint32_t header_bytes = 0;
  uint64_t bytes = 0;
  uint64_t counter_buckets = 0;
  uint64_t ban_buckets = 0;
  uint64_t ring_records = 0;
  HashKey hash_key;
  int64_t made_monotonic = 0;  // microseconds of CLOCK_MONOTONIC
  int64_t made_realtime = 0;   // seconds since the epoch
  alignas(64) std::atomic<uint64_t> ring_head{0};
  std::atomic<uint64_t> crowded_said{0};  // Seconds at which the log last said that room is wanting
  std::atomic<uint64_t> any_ban{0};       // 0 until the first ban: saves every look-up
  alignas(64) RuleInfo rules[kMaxRules];
  alignas(64) std::atomic<uint64_t> overflow[kOverflow];
  Shard shards[kShards];
  HelperState helper;
  ProtectedNetworks protected_networks;
};

struct RegionSize {
  uint64_t counter_bytes = 16 << 20;  // rounded up to a power of two, at least 4 KiB
  uint64_t ban_bytes = 4 << 20;       // 262,144 bans
  uint64_t ring_records = 1024;
};

enum class RegionError : uint8_t {
  none,
  no_memory,  // errno says why
  not_ours,   // no magic: not a region
  other_layout,
  damaged,  // sizes that do not fit together
};
const char* to_string(RegionError error);

class Region {
 public:
  Region() = default;
  ~Region();
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;

  // Anonymous, shared with every process forked from here on. The hash key is the kernel's.
  static RegionError create(const RegionSize& size, Region& region);
  // In a new file at `path`, mode 0600, so that the command line finds it. An old file there is
  // unlinked: whoever still maps it keeps it.
  static RegionError create_at(const char* path, const RegionSize& size, Region& region);
  // Checks everything it will rely on; what fails is left alone.
  static RegionError attach(int fd, bool writable, Region& region);
  // Memory that is mapped already (kept over a graceful restart); it is not unmapped here.
  static RegionError adopt(void* memory, size_t bytes, Region& region);

  bool valid() const { return header_ != nullptr; }
  Header& header() const { return *header_; }
  void* memory() const { return header_; }
  size_t bytes() const { return bytes_; }
  // Leaves the mapping in place when this object goes.
  void release() { owned_ = false; }

  CounterTable counters() const;
  BanTable bans() const;
  EventRing ring() const;
  ConnectionTable connections() const;

  Ticks now() const;
  Seconds seconds() const { return now() / kTicksPerSecond; }

 private:
  // Read once: whoever else maps the region may change what its header says.
  struct Sizes {
    uint64_t counter_buckets = 0, ban_buckets = 0, ring_records = 0;
  };
  Region(Header* header, const Sizes& sizes, size_t bytes, bool owned)
      : header_(header), sizes_(sizes), bytes_(bytes), owned_(owned) {}
  static uint64_t total_bytes(const Sizes& sizes);
  static RegionError check(const Header& header, const Sizes& sizes, uint64_t bytes);
  static RegionError make(int fd, const RegionSize& size, Region& region);

  Header* header_ = nullptr;
  Sizes sizes_;
  size_t bytes_ = 0;
  bool owned_ = false;
};

}  // namespace stockade::limit
