// What the directives said, per server and per location, before it is made into rules. Every value
// knows whether it was set, so that a virtual host inherits what it does not say.
#pragma once

#include <cstdint>

#include "limit/allow_list.h"
#include "limit/limiter.h"
#include "mod_stockade/path_pattern.h"

namespace stockade::module {

// The classes that every configuration has; those an administrator names come behind.
enum ClassIndex : uint8_t {
  kAll = 0,      // each request
  kPage,         // each request, counted by path
  kLogin,        // POST to a login location; answers 401 to credentials, and 403
  kMissing,      // answers 404
  kTrap,         // what nobody who belongs here asks for
  kBytes,        // kilobytes sent
  kSlow,         // milliseconds spent
  kConnections,  // connections beyond so many
  kFirstNamed = 8
};

// The names of classes, from the beginning of one reading of the configuration on.
namespace classes {
void reset();
// The index of `name`; -1 where there is no such class.
int find(const char* name);
// The same, made where it is missing; -1 where there are too many.
int find_or_make(const char* name);
const char* name_of(uint8_t index);  // null: no such class
}  // namespace classes

constexpr int kUnset = -1;

// One StockadeLimit.
struct Limit {
  bool is_set = false;
  bool is_off = false;
  limit::Rate rate;
  int dry_percent = kUnset;
  int bans = kUnset;  // 0, 1
  uint32_t ban_seconds = 0;
  bool bans_at_once = false;
  bool only_client = false;
  // Where it stands: what it counts is counted there. Null: the whole server.
  const server_rec* owner = nullptr;
  const char* location = nullptr;
};

struct ClassPath {
  uint8_t index = 0;
  PathPattern pattern;
};

struct LocationLimit {
  uint8_t index = 0;
  Limit limit;
};

// mod_evasive's words, kept apart until all are read: their defaults depend on one another.
struct Evasive {
  bool is_used = false;
  int64_t page_count = kUnset, page_interval = kUnset;
  int64_t site_count = kUnset, site_interval = kUnset;
  int64_t blocking_period = kUnset, hash_table_size = kUnset;
};

struct Plan;

struct ServerConfig {
  const server_rec* server = nullptr;
  int enabled = kUnset;
  int dry_percent = kUnset;
  int bans = kUnset;             // StockadeBan on or off
  int64_t ban_seconds = kUnset;  // 0: escalating
  int refuses_connections = kUnset;
  int status = kUnset;  // of a denial
  int64_t connections = kUnset;
  Limit limits[limit::kMaxRules];
  apr_array_header_t* class_paths = nullptr;  // of ClassPath; trap, login among them
  apr_array_header_t* exempt = nullptr;       // of PathPattern
  apr_array_header_t* only = nullptr;         // of PathPattern: DOSTargetlistUri
  apr_array_header_t* allow = nullptr;        // of limit::AddressRange
  Evasive evasive;
  Plan* plan = nullptr;  // made when the configuration is read
};

struct DirConfig {
  int enabled = kUnset;
  int exempt = kUnset;
  int dry_percent = kUnset;
  uint64_t classes = 0;                  // one bit a class
  apr_array_header_t* limits = nullptr;  // of LocationLimit
};

// What stands in the main server only.
struct GlobalConfig {
  uint64_t table_bytes = 16 << 20;
  const char* table_file = "stockade.table";  // below DefaultRuntimeDir; null: none
  bool has_locations = false;  // some <Location> says something: requests have to look
};
GlobalConfig& global_config();

void* create_server_config(apr_pool_t* pool, server_rec* s);
void* merge_server_config(apr_pool_t* pool, void* base, void* added);
void* create_dir_config(apr_pool_t* pool, char* path);
void* merge_dir_config(apr_pool_t* pool, void* base, void* added);

inline ServerConfig* server_config(const server_rec* s) {
  return static_cast<ServerConfig*>(ap_get_module_config(s->module_config, &stockade_module));
}
inline DirConfig* dir_config(const request_rec* r) {
  return static_cast<DirConfig*>(ap_get_module_config(r->per_dir_config, &stockade_module));
}

extern const command_rec kDirectives[];

// mod_evasive's directives (evasive_directives.cc), which kDirectives ends with.
const char* set_evasive(cmd_parms* cmd, void*, const char* word);
const char* set_evasive_list(cmd_parms* cmd, void*, const char* word);

}  // namespace stockade::module
