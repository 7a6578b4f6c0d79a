#include "mod_stockade/plan.h"

#include <cstring>

#include "limit/protected_networks.h"
#include "mod_stockade/proxies.h"
#include "mod_stockade/table.h"

namespace stockade::module {

namespace {

// FNV-1a: a stable number for a name; not secret, since administrators choose the names.
uint32_t number_of(const char* text, uint32_t hash) {
  for (; text != nullptr && *text != '\0'; ++text) {
    hash = (hash ^ static_cast<uint8_t>(*text)) * 16777619U;
  }
  return hash;
}

// The same virtual host has the same number after a restart, wherever it moved in the file.
uint32_t scope_of(const Limit& limit) {
  if (limit.owner == nullptr) return 0;
  uint32_t hash = 2166136261U;
  if (limit.owner->is_virtual) {
    hash = number_of(limit.owner->server_hostname, hash);
    for (const server_addr_rec* at = limit.owner->addrs; at != nullptr; at = at->next) {
      hash = (number_of(at->virthost, hash) ^ at->host_port) * 16777619U;
    }
  }
  hash = number_of(limit.location, hash);
  return hash == 0 ? 1 : hash;
}

limit::BanReason reason_of(uint8_t index) {
  switch (index) {
    case kLogin:
      return limit::BanReason::login;
    case kMissing:
      return limit::BanReason::missing;
    case kTrap:
      return limit::BanReason::trap;
    default:
      return limit::BanReason::limit;
  }
}

Limit evasive_limit(int64_t count, int64_t interval, const Evasive& evasive) {
  Limit limit;
  limit.is_set = true;
  const auto requests = static_cast<uint64_t>(count);
  limit.rate = limit::make_rate(requests, static_cast<uint64_t>(interval), requests);
  limit.bans = 1;
  limit.bans_at_once = true;
  limit.only_client = true;
  limit.ban_seconds =
      evasive.blocking_period == kUnset ? 10 : static_cast<uint32_t>(evasive.blocking_period);
  return limit;
}

int64_t or_default(int64_t value, int64_t otherwise) { return value == kUnset ? otherwise : value; }

// What mod_evasive would limit; Stockade's own words go before.
void apply_evasive(ServerConfig& config) {
  const Evasive& evasive = config.evasive;
  if (!evasive.is_used) return;
  if (!config.limits[kPage].is_set) {
    config.limits[kPage] = evasive_limit(or_default(evasive.page_count, 2),
                                         or_default(evasive.page_interval, 1), evasive);
  }
  if (!config.limits[kAll].is_set) {
    config.limits[kAll] = evasive_limit(or_default(evasive.site_count, 50),
                                        or_default(evasive.site_interval, 1), evasive);
  }
}

bool has_trap(const ServerConfig& config) {
  if (config.class_paths == nullptr) return global_config().has_locations;
  const auto* paths = reinterpret_cast<const ClassPath*>(config.class_paths->elts);
  for (int i = 0; i < config.class_paths->nelts; ++i) {
    if (paths[i].index == kTrap) return true;
  }
  return global_config().has_locations;
}

limit::Rule trap_rule(const ServerConfig& config) {
  Limit limit;
  limit.is_set = true;
  limit.bans_at_once = true;
  limit.only_client = true;
  limit::Rule rule = make_rule(config, kTrap, limit, kUnset);
  rule.rate = {1, 0};  // nobody passes
  return rule;
}

void add_rules(Plan& plan, ServerConfig& config) {
  for (uint8_t i = 0; i < limit::kMaxRules; ++i) {
    const Limit& limit = config.limits[i];
    if (!limit.is_set || limit.is_off) continue;
    plan.rules[i] = make_rule(config, i, limit, kUnset);
    plan.has |= uint64_t{1} << i;
  }
  if (has_trap(config)) {
    plan.rules[kTrap] = trap_rule(config);
    plan.has |= uint64_t{1} << kTrap;
  }
  if (config.connections > 0) {
    plan.rules[kConnections] = trap_rule(config);
    plan.rules[kConnections].index = table::region_index(kConnections);
    plan.rules[kConnections].reason = limit::BanReason::limit;
    plan.rules[kConnections].bans = plan.rules[kConnections].bans_at_once = false;
    plan.has |= uint64_t{1} << kConnections;
  }
  const auto always = [&plan](uint8_t index, bool only_looks) {
    if (!plan.has_class(index)) return;
    limit::Rule& rule = plan.always[plan.always_count++];
    rule = plan.rules[index];
    rule.only_looks = only_looks;
  };
  always(kMissing, true);
  always(kBytes, true);
  always(kSlow, true);
  always(kAll, false);
  plan.has_paths = config.class_paths != nullptr || config.exempt != nullptr ||
                   config.only != nullptr || plan.has_class(kPage) || plan.has_class(kLogin);
}

Plan* make_plan(apr_pool_t* pool, ServerConfig& config) {
  auto* plan = new (apr_palloc(pool, sizeof(Plan))) Plan{};
  apply_evasive(config);
  plan->config = &config;
  add_rules(*plan, config);
  plan->is_enabled = config.enabled != 0;
  plan->status = config.status == kUnset ? 429 : config.status;
  plan->refuses_connections = config.refuses_connections != 0;
  if (config.allow != nullptr) {
    const std::span<limit::AddressRange> ranges(
        reinterpret_cast<limit::AddressRange*>(config.allow->elts),
        static_cast<size_t>(config.allow->nelts));
    plan->allow = limit::AllowList(ranges.first(limit::normalise(ranges)));
  }
  return plan;
}

}  // namespace

limit::Rule make_rule(const ServerConfig& config, uint8_t index, const Limit& limit,
                      int location_dry_percent) {
  limit::Rule rule;
  rule.index = table::region_index(index);
  rule.scope = scope_of(limit);
  rule.rate = limit.rate;
  int dry = limit.dry_percent;
  if (dry == kUnset) dry = location_dry_percent;
  if (dry == kUnset) dry = config.dry_percent;
  rule.dry_percent = static_cast<uint8_t>(dry == kUnset ? 0 : dry);
  const int bans = limit.bans != kUnset ? limit.bans : config.bans;
  rule.bans = config.bans == 0 ? false : bans != 0;
  rule.reason = reason_of(index);
  rule.bans_at_once = limit.bans_at_once;
  rule.ban_seconds = limit.ban_seconds;
  if (rule.ban_seconds == 0 && config.ban_seconds > 0) {
    rule.ban_seconds = static_cast<uint32_t>(config.ban_seconds);
  }
  rule.only_client = limit.only_client;
  return rule;
}

void size_table(const ServerConfig& config) {
  if (config.evasive.hash_table_size == kUnset) return;
  const uint64_t bytes = static_cast<uint64_t>(config.evasive.hash_table_size) * 16;
  if (bytes > global_config().table_bytes) global_config().table_bytes = bytes;
}

void warn_of_gaps(server_rec* main) {
  for (server_rec* s = main; s != nullptr; s = s->next) {
    const ServerConfig* config = server_config(s);
    if (config == nullptr || config->plan == nullptr || config->class_paths == nullptr) continue;
    const auto* paths = reinterpret_cast<const ClassPath*>(config->class_paths->elts);
    uint64_t warned = 0;
    for (int i = 0; i < config->class_paths->nelts; ++i) {
      const uint8_t index = paths[i].index;
      if (config->plan->has_class(index) || (warned >> index & 1) != 0) continue;
      warned |= uint64_t{1} << index;
      ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                   "stockade: the class %s has paths but no StockadeLimit: it limits nothing",
                   classes::name_of(index));
    }
  }
}

bool make_plans(apr_pool_t* pool, server_rec* main, const limit::Region& region) {
  bool any = false;
  for (server_rec* s = main; s != nullptr; s = s->next) {
    if (server_config(s) == nullptr) continue;
    ServerConfig& config = *server_config(s);
    config.plan = make_plan(pool, config);
    any = any || config.plan->has != 0 || global_config().has_locations;
    for (uint8_t i = 0; i < limit::kMaxRules; ++i) {
      if (!config.plan->has_class(i)) continue;
      auto& info = region.header().rules[table::region_index(i)];
      if (s != main && info.cost.load(std::memory_order_relaxed) != 0) continue;
      info.cost.store(config.plan->rules[i].rate.cost, std::memory_order_relaxed);
      info.depth.store(config.plan->rules[i].rate.depth, std::memory_order_relaxed);
    }
  }
  return any;
}

void tell_protected(apr_pool_t* pool, server_rec* main, const limit::Region& region) {
  apr_array_header_t* ranges = apr_array_make(pool, 16, sizeof(limit::AddressRange));
  const auto add = [ranges](const limit::AddressRange& range) {
    *static_cast<limit::AddressRange*>(apr_array_push(ranges)) = range;
  };
  for (const limit::AddressRange& range : proxies::all()) add(range);
  for (server_rec* s = main; s != nullptr; s = s->next) {
    if (server_config(s) == nullptr || server_config(s)->plan == nullptr) continue;
    for (const limit::AddressRange& range : server_config(s)->plan->allow.ranges()) add(range);
  }
  const std::span<limit::AddressRange> all(reinterpret_cast<limit::AddressRange*>(ranges->elts),
                                           static_cast<size_t>(ranges->nelts));
  const size_t count = limit::normalise(all);
  if (count > limit::kMaxProtected) {
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, main,
                 "stockade: more than %d separate networks are allowed: stockade-ban hands no ban "
                 "to the firewall, since it could be one of them; name larger networks",
                 static_cast<int>(limit::kMaxProtected));
  }
  limit::tell_protected(region.header(), all.first(count));
}

void make_limiters(apr_pool_t* pool, server_rec* main, const limit::Region& region,
                   uint32_t shard) {
  for (server_rec* s = main; s != nullptr; s = s->next) {
    if (server_config(s) == nullptr || server_config(s)->plan == nullptr) continue;
    Plan* plan = server_config(s)->plan;
    plan->limiter =
        new (apr_palloc(pool, sizeof(limit::Limiter))) limit::Limiter(region, plan->allow, shard);
  }
}

}  // namespace stockade::module
