// A server's configuration made into what a request needs: rules in the order they are asked, in
// memory that no request writes.
#pragma once

#include <new>

#include "limit/limiter.h"
#include "mod_stockade/config.h"

namespace stockade::module {

struct Plan {
  limit::Rule rules[limit::kMaxRules];   // by class index; those that `has` names
  uint64_t has = 0;                      // one bit a class
  limit::Rule always[limit::kMaxRules];  // asked for each request
  size_t always_count = 0;
  bool has_paths = false;  // some pattern has to be matched
  bool is_enabled = true;
  bool refuses_connections = true;
  int status = 429;
  const ServerConfig* config = nullptr;
  limit::AllowList allow;
  limit::Limiter* limiter = nullptr;

  bool has_class(uint8_t index) const { return (has >> index & 1) != 0; }
};

// Makes the plans of all servers; false: nobody limits anything.
bool make_plans(apr_pool_t* pool, server_rec* main, const limit::Region& region);

// Before the table is made: DOSHashTableSize may want a larger one.
void size_table(const ServerConfig& config);

// Says in the log what was configured and cannot have an effect.
void warn_of_gaps(server_rec* main);

// Tells the helper outside which networks no firewall may ban: all that any server allows, and the
// proxies.
void tell_protected(apr_pool_t* pool, server_rec* main, const limit::Region& region);

// Gives each plan the limiter of this process.
void make_limiters(apr_pool_t* pool, server_rec* main, const limit::Region& region, uint32_t shard);

// The rule of one configured limit.
limit::Rule make_rule(const ServerConfig& config, uint8_t index, const Limit& limit,
                      int location_dry_percent);

inline const Plan* plan_of(const server_rec* s) {
  const ServerConfig* config = server_config(s);
  return config == nullptr ? nullptr : config->plan;
}

}  // namespace stockade::module
