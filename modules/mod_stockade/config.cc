#include "mod_stockade/config.h"

#include <cstring>
#include <new>

namespace stockade::module {

namespace classes {

namespace {
constexpr const char* kBuiltIn[kFirstNamed] = {"all",  "page",  "login", "missing",
                                               "trap", "bytes", "slow",  "connections"};
char names[limit::kMaxRules][sizeof limit::RuleInfo{}.name];
}  // namespace

void reset() {
  std::memset(names, 0, sizeof names);
  for (int i = 0; i < kFirstNamed; ++i) {
    if (kBuiltIn[i] != nullptr) apr_cpystrn(names[i], kBuiltIn[i], sizeof names[i]);
  }
}

int find(const char* name) {
  for (int i = 0; i < static_cast<int>(limit::kMaxRules); ++i) {
    if (names[i][0] != '\0' && std::strcmp(names[i], name) == 0) return i;
  }
  return -1;
}

int find_or_make(const char* name) {
  const int found = find(name);
  if (found >= 0) return found;
  for (int i = kFirstNamed; i < static_cast<int>(limit::kMaxRules); ++i) {
    if (names[i][0] != '\0') continue;
    apr_cpystrn(names[i], name, sizeof names[i]);
    return i;
  }
  return -1;
}

const char* name_of(uint8_t index) {
  return index < limit::kMaxRules && names[index][0] != '\0' ? names[index] : nullptr;
}

}  // namespace classes

GlobalConfig& global_config() {
  static GlobalConfig global;
  return global;
}

namespace {

// In a pool, which runs no destructors: for types that have none to run.
template <class T>
T* make(apr_pool_t* pool) {
  static_assert(std::is_trivially_destructible_v<T>);
  return new (apr_palloc(pool, sizeof(T))) T{};
}

template <class T>
T either(T added, T base) {
  return added == T{kUnset} ? base : added;
}

apr_array_header_t* both(apr_pool_t* pool, apr_array_header_t* base, apr_array_header_t* added) {
  if (base == nullptr) return added;
  if (added == nullptr) return base;
  return apr_array_append(pool, base, added);
}

Evasive merged(const Evasive& base, const Evasive& added) {
  Evasive all = added;
  all.is_used = base.is_used || added.is_used;
  all.page_count = either(added.page_count, base.page_count);
  all.page_interval = either(added.page_interval, base.page_interval);
  all.site_count = either(added.site_count, base.site_count);
  all.site_interval = either(added.site_interval, base.site_interval);
  all.blocking_period = either(added.blocking_period, base.blocking_period);
  all.hash_table_size = either(added.hash_table_size, base.hash_table_size);
  return all;
}

}  // namespace

void* create_server_config(apr_pool_t* pool, server_rec* s) {
  auto* config = make<ServerConfig>(pool);
  config->server = s;
  return config;
}

void* merge_server_config(apr_pool_t* pool, void* base_config, void* added_config) {
  const auto* base = static_cast<const ServerConfig*>(base_config);
  const auto* added = static_cast<const ServerConfig*>(added_config);
  if (base == nullptr) return added_config;
  auto* all = make<ServerConfig>(pool);
  *all = *added;
  all->enabled = either(added->enabled, base->enabled);
  all->dry_percent = either(added->dry_percent, base->dry_percent);
  all->bans = either(added->bans, base->bans);
  all->ban_seconds = either(added->ban_seconds, base->ban_seconds);
  all->refuses_connections = either(added->refuses_connections, base->refuses_connections);
  all->status = either(added->status, base->status);
  all->connections = either(added->connections, base->connections);
  for (size_t i = 0; i < limit::kMaxRules; ++i) {
    if (!added->limits[i].is_set) all->limits[i] = base->limits[i];
  }
  all->class_paths = both(pool, base->class_paths, added->class_paths);
  all->exempt = both(pool, base->exempt, added->exempt);
  all->only = both(pool, base->only, added->only);
  all->allow = both(pool, base->allow, added->allow);
  all->evasive = merged(base->evasive, added->evasive);
  return all;
}

void* create_dir_config(apr_pool_t* pool, char*) { return make<DirConfig>(pool); }

void* merge_dir_config(apr_pool_t* pool, void* base_config, void* added_config) {
  const auto* base = static_cast<const DirConfig*>(base_config);
  const auto* added = static_cast<const DirConfig*>(added_config);
  if (base == nullptr) return added_config;
  auto* all = make<DirConfig>(pool);
  all->enabled = either(added->enabled, base->enabled);
  all->exempt = either(added->exempt, base->exempt);
  all->dry_percent = either(added->dry_percent, base->dry_percent);
  all->classes = base->classes | added->classes;
  // The inner one comes last and wins.
  all->limits = both(pool, base->limits, added->limits);
  return all;
}

}  // namespace stockade::module
