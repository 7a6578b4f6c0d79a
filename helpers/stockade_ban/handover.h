// From the shared table to the firewall: what is banned and may be, and nothing else, for as long
// as it is banned.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "limit/region.h"
#include "stockade_ban/firewall.h"
#include "stockade_ban/guard.h"

namespace stockade::ban_helper {

struct Counts {
  uint64_t handed = 0, spared = 0, failed = 0;
};

class Handover {
 public:
  // `firewall` null: a dry run, which says what it would do.
  Handover(Firewall* firewall, Guard& guard) : firewall_(firewall), guard_(guard) {}

  // A table that was not read before: whatever it bans is handed over again by the next `step`.
  void begin(const limit::Region& region);
  // What has changed since the last one. `whole`: compares everything, the ring apart.
  void step(const limit::Region& region, bool whole);

  const Counts& counts() const { return counts_; }
  size_t in_force() const { return in_force_.size(); }
  bool works() const { return works_; }

 private:
  struct Hash {
    size_t operator()(const limit::Network& network) const {
      return static_cast<size_t>(network.bits * 0x9E3779B97F4A7C15ULL ^ network.length);
    }
  };
  using Until = std::unordered_map<limit::Network, limit::Seconds, Hash>;

  bool read_ring(const limit::Region& region, std::vector<limit::Event>& events);
  void compare(const limit::Region& region, std::vector<Change>& changes);
  void follow(const std::vector<limit::Event>& events, limit::Seconds now,
              std::vector<Change>& changes);
  bool want(const limit::Ban& ban, limit::Seconds now, std::vector<Change>& changes);
  void hand(const std::vector<Change>& changes);
  bool install();

  Firewall* firewall_;
  Guard& guard_;
  Until in_force_;
  Counts counts_;
  uint64_t tail_ = 0;
  uint64_t stuck_at_ = 0;
  int stuck_for_ = 0;
  bool everything_ = true;
  bool works_ = false;
  limit::Seconds next_try_ = 0;
};

}  // namespace stockade::ban_helper
