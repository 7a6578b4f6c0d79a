// The limiter as a request meets it: allow list, bans, then each rule that concerns the request.
// Needs no lock and no memory of its own; any number of processes and threads share one region.
#pragma once

#include <cstdint>
#include <span>

#include "limit/allow_list.h"
#include "limit/keys.h"
#include "limit/region.h"

namespace stockade::limit {

// One class of requests and what a client may do of it.
struct Rule {
  uint8_t index = 0;   // below kMaxRules; statistics and events name it
  uint32_t scope = 0;  // the virtual host it counts in; 0: the whole server
  Rate rate;
  uint8_t dry_percent = 0;  // of clients for whom a denial is only counted; 100: dry run
  bool bans = true;         // whoever goes on far above the limit is banned
  BanReason reason = BanReason::limit;
  bool bans_at_once = false;  // with the first denial, not only for going on far above
  uint32_t ban_seconds = 0;   // 0: by the network's level
  bool only_looks = false;    // counted elsewhere, by `record`: here it only decides
  bool only_client = false;   // the networks around the client are not counted
};

struct Verdict {
  enum class Kind : uint8_t {
    pass,
    denied,      // over a limit: 429, come back after `wait`
    would_deny,  // the same in a dry run: passes
    banned,      // turned away altogether until `ban.until`
  };
  Kind kind = Kind::pass;
  uint8_t rule = 0;                // that decided
  bool is_crowded = false;         // the table had no room for this client
  bool is_new = false;             // the client was not over this limit before: worth a log line
  Ticks wait = 0;                  // until the same request would pass
  Network network;                 // that is over the limit, or banned
  Ban ban;                         // where it is banned
  uint32_t wait_seconds() const {  // for Retry-After: rounded up, at least 1
    const Ticks seconds = (wait + kTicksPerSecond - 1) / kTicksPerSecond;
    return seconds == 0 ? 1 : static_cast<uint32_t>(seconds);
  }
};

class Limiter {
 public:
  // `region` outlives it. `shard` tells processes apart in the statistics: the number of the child.
  Limiter(const Region& region, AllowList allowed, uint32_t shard = 0);

  // Whether the client is banned; costs one load where nobody is.
  bool is_banned(const Client& client, Ticks now, Ban& ban) const;

  // A request that is about to be served. The first rule that denies decides.
  Verdict check(const Client& client, std::span<const Rule> rules, Ticks now);

  // What is known only afterwards (a 404, a wrong password, bytes sent): counted whether or not it
  // is over the limit; the verdict says what a next one would meet.
  Verdict record(const Client& client, const Rule& rule, uint64_t units, Ticks now);

  // Bans on purpose: a trap, an administrator. `seconds` 0: by the network's level.
  BanTable::Added ban(Network network, BanReason reason, Seconds seconds, Ticks now, Ban& ban,
                      uint8_t rule = 0, bool forwarded = false);
  bool unban(Network network, Ticks now);

  // The scope under which a rule's counters stand; `patience`: those of its denials.
  static uint64_t scope_of(const Rule& rule, bool patience) {
    return uint64_t{rule.scope} << 32 | uint64_t{rule.index} << 16 | (patience ? 1 : 0);
  }

 private:
  // Far above: as many denials as twice the burst within ten seconds.
  static Rate patience_of(Rate rate);
  // `verdict` is a new one; it stays as it is where the rule lets the client pass.
  void count(const Client& client, const Rule& rule, uint64_t units, Ticks now, bool after,
             Verdict& verdict);
  CounterTable::Answer weigh(uint64_t key, Rate rate, const Rule& rule, uint64_t units, Ticks now,
                             bool after);
  void overflow(Network network, const Rule& rule, uint64_t units, Ticks now, Verdict& verdict);
  void deny(const Client& client, const Rule& rule, Network network, Ticks now, bool after,
            Verdict& verdict);
  bool is_dry(const Rule& rule, Network network) const;
  RuleStatistics& statistics(const Rule& rule) { return shard_.rules[rule.index % kMaxRules]; }

  Header& header_;
  KeySecret secret_;
  CounterTable counters_;
  BanTable bans_;
  EventRing ring_;
  AllowList allowed_;
  Shard& shard_;
};

// Sums over all processes.
struct Totals {
  uint64_t passed = 0, denied = 0, would_deny = 0, overflow = 0;
  uint64_t passed_at[kDebts] = {};  // by the bits of the debt, as in RuleStatistics
};
Totals totals_of(const Header& header, uint8_t rule);

}  // namespace stockade::limit
