#include "limit/limiter.h"

#include <bit>

namespace stockade::limit {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::span<const Level> levels_of(const Client& client) {
  if (client.is_ipv4()) return kIpv4Levels;
  return kIpv6Levels;
}

// The network that a ban takes: the client itself, never its neighbours.
Network narrowest(const Client& client) { return client.network(levels_of(client)[0].length); }

}  // namespace

Limiter::Limiter(const Region& region, AllowList allowed, uint32_t shard)
    : header_(region.header()),
      secret_(header_.hash_key),
      counters_(region.counters()),
      bans_(region.bans()),
      ring_(region.ring()),
      allowed_(allowed),
      shard_(header_.shards[shard % kShards]) {}

Rate Limiter::patience_of(Rate rate) {
  const uint64_t burst = rate.depth < rate.cost || rate.cost == 0 ? 1 : rate.depth / rate.cost;
  return make_rate(2 * burst, 10, 2 * burst);
}

bool Limiter::is_banned(const Client& client, Ticks now, Ban& ban) const {
  if (header_.any_ban.load(kRelaxed) == 0) return false;
  if (allowed_.contains(client)) return false;
  for (const Level& level : levels_of(client)) {
    if (bans_.find(client.network(level.length), now / kTicksPerSecond, ban)) return true;
  }
  return false;
}

Verdict Limiter::check(const Client& client, std::span<const Rule> rules, Ticks now) {
  Verdict verdict;
  if (!allowed_.empty() && allowed_.contains(client)) return verdict;
  if (is_banned(client, now, verdict.ban)) {
    shard_.refused.fetch_add(1, kRelaxed);
    verdict.kind = Verdict::Kind::banned;
    verdict.network = verdict.ban.network;
    verdict.wait = verdict.ban.until * kTicksPerSecond - now;
    return verdict;
  }
  for (const Rule& rule : rules) {
    if (verdict.kind == Verdict::Kind::pass) {
      count(client, rule, 1, now, false, verdict);
    } else {
      // The first dry run that would have denied is what is told, unless another rule denies.
      Verdict next;
      count(client, rule, 1, now, false, next);
      const bool is_crowded = verdict.is_crowded || next.is_crowded;
      if (next.kind == Verdict::Kind::denied || next.kind == Verdict::Kind::banned) verdict = next;
      verdict.is_crowded = is_crowded;
    }
    if (verdict.kind == Verdict::Kind::denied || verdict.kind == Verdict::Kind::banned) break;
  }
  return verdict;
}

Verdict Limiter::record(const Client& client, const Rule& rule, uint64_t units, Ticks now) {
  Verdict verdict;
  if (!allowed_.contains(client)) count(client, rule, units, now, true, verdict);
  return verdict;
}

inline CounterTable::Answer Limiter::weigh(uint64_t key, Rate rate, const Rule& rule,
                                           uint64_t units, Ticks now, bool after) {
  if (after) return counters_.record(key, rate, units, now);
  if (!rule.only_looks) return counters_.charge(key, rate, units, now);
  CounterTable::Answer answer;
  answer.decision = counters_.look(key, rate, now);
  return answer;
}

void Limiter::count(const Client& client, const Rule& rule, uint64_t units, Ticks now, bool after,
                    Verdict& verdict) {
  const auto levels = rule.only_client ? levels_of(client).first(1) : levels_of(client);
  const Network self = client.network(levels[0].length);
  const ClientKeys keys(secret_, self.bits, self.ipv4, scope_of(rule, false));
  Ticks debt = 0;  // of the client itself
  const bool is_plain = !after && !rule.only_looks;
  for (const Level& level : levels) {
    const uint64_t key = keys.key(level.length);
    const Rate rate = doubled(rule.rate, level.doublings);
    Ticks free_at = 0;
    if (is_plain && counters_.charge_known(key, rate, now, free_at)) {
      if (&level == &levels[0]) debt = free_at - now;
      continue;
    }
    const auto answer = weigh(key, rate, rule, units, now, after);
    if (&level == &levels[0]) debt = answer.decision.free_at - now;
    if (answer.decision.pass && !answer.full && !answer.evicted) continue;
    const Network network = client.network(level.length);
    if (answer.evicted) shard_.evicted.fetch_add(1, kRelaxed);
    if (answer.full) overflow(network, rule, units, now, verdict);
    if (answer.decision.pass && verdict.kind == Verdict::Kind::pass) continue;
    if (!answer.decision.pass) verdict.wait = answer.decision.wait;
    verdict.rule = rule.index;
    deny(client, rule, network, now, after, verdict);
    return;
  }
  if (after || !rule.only_looks) {
    const auto bits = static_cast<size_t>(std::bit_width(debt));
    statistics(rule).passed[bits < kDebts ? bits : 0].fetch_add(1, kRelaxed);
  }
}

// No room for one more key: all that share a counter here share sixteen times the limit. Users fail
// open, and the number shows in the statistics.
void Limiter::overflow(Network network, const Rule& rule, uint64_t units, Ticks now,
                       Verdict& verdict) {
  statistics(rule).overflow.fetch_add(1, kRelaxed);
  verdict.is_crowded = true;
  const uint8_t around = network.ipv4 ? 16 : 32;
  const uint64_t mask = ~uint64_t{0} << ((network.ipv4 ? 32 : 64) - around);
  const uint64_t hash = siphash13(secret_.hash_key, network.bits & mask, scope_of(rule, false) | 2);
  std::atomic<uint64_t>& free_at = header_.overflow[hash % kOverflow];
  const Rate rate = doubled(rule.rate, 4);
  uint64_t seen = free_at.load(kRelaxed);
  for (int tries = 0; tries < 100; ++tries) {
    const Decision decision = decide(seen, now, rate, units);
    if (!decision.pass) {
      verdict.kind = Verdict::Kind::denied;
      verdict.wait = decision.wait;
      return;
    }
    if (free_at.compare_exchange_weak(seen, decision.free_at, kRelaxed)) return;
  }
}

bool Limiter::is_dry(const Rule& rule, Network network) const {
  if (rule.dry_percent == 0) return false;
  if (rule.dry_percent >= 100) return true;
  // By client, not by request: one visitor sees one behaviour.
  return siphash13(secret_.hash_key, network.bits, rule.index) % 100 < rule.dry_percent;
}

void Limiter::deny(const Client& client, const Rule& rule, Network network, Ticks now, bool after,
                   Verdict& verdict) {
  verdict.network = network;
  const bool dry = is_dry(rule, network);
  auto& counted = dry ? statistics(rule).would_deny : statistics(rule).denied;
  // Afterwards nothing is denied any more: the next request is.
  if (!after) counted.fetch_add(1, kRelaxed);
  const uint64_t patience_key = key_of(secret_, network, scope_of(rule, true));
  const auto patience = counters_.charge(patience_key, patience_of(rule.rate), 1, now);
  // Patience with a large burst is short of memory: whether anything is new, another counter knows,
  // which denials keep busy for ten seconds and more, and write to at most once in as long.
  const uint64_t quiet_key = patience_key * secret_.step[0];
  constexpr Rate kQuiet = {10 * kTicksPerSecond, 20 * kTicksPerSecond};
  verdict.is_new = counters_.charge(quiet_key, kQuiet, 1, now).idle;
  verdict.kind = dry ? Verdict::Kind::would_deny : Verdict::Kind::denied;
  if (verdict.is_new) {
    ring_.write(
        {EventKind::limited, rule.index, rule.reason, 0, network, now / kTicksPerSecond, 0});
  }
  // A network that stands for many clients is slowed, never banned.
  if (dry || !rule.bans || network != narrowest(client)) return;
  if (patience.decision.pass && !rule.bans_at_once) return;
  const auto added = ban(network, rule.reason, rule.ban_seconds, now, verdict.ban, rule.index,
                         client.is_forwarded());
  if (added == BanTable::Added::full) return;
  // After the ban, or after an administrator lifts it, patience begins anew.
  counters_.forget(patience_key);
  counters_.forget(quiet_key);
  verdict.kind = Verdict::Kind::banned;
  verdict.is_new = added == BanTable::Added::banned;
  verdict.wait = verdict.ban.until * kTicksPerSecond - now;
}

BanTable::Added Limiter::ban(Network network, BanReason reason, Seconds seconds, Ticks now,
                             Ban& ban, uint8_t rule, bool forwarded) {
  const Seconds second = now / kTicksPerSecond;
  const auto added = bans_.add(network, reason, seconds, second, ban, forwarded);
  if (added == BanTable::Added::full) {
    shard_.bans_dropped.fetch_add(1, kRelaxed);
    ring_.write({EventKind::table_full, rule, reason, 0, network, second, 0});
  }
  if (added != BanTable::Added::banned) return added;
  // Set, not counted: a process that dies between two writes must not leave a wrong count.
  header_.any_ban.store(1, std::memory_order_release);
  shard_.banned.fetch_add(1, kRelaxed);
  ring_.write({EventKind::banned, rule, reason, ban.level, network, second, ban.until, forwarded});
  return added;
}

bool Limiter::unban(Network network, Ticks now) {
  const Seconds second = now / kTicksPerSecond;
  if (!bans_.remove(network)) return false;
  ring_.write({EventKind::unbanned, 0, BanReason::manual, 0, network, second, second});
  return true;
}

Totals totals_of(const Header& header, uint8_t rule) {
  Totals totals;
  for (const Shard& shard : header.shards) {
    const RuleStatistics& counted = shard.rules[rule % kMaxRules];
    for (size_t i = 0; i < kDebts; ++i) {
      const uint64_t passed = counted.passed[i].load(kRelaxed);
      totals.passed_at[i] += passed;
      totals.passed += passed;
    }
    totals.denied += counted.denied.load(kRelaxed);
    totals.would_deny += counted.would_deny.load(kRelaxed);
    totals.overflow += counted.overflow.load(kRelaxed);
  }
  return totals;
}

}  // namespace stockade::limit
