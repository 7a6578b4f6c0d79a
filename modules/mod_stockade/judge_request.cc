// Before anything else happens to a request, an answer from a cache included: may it be served?
#include <arpa/inet.h>

#include <cstring>
#include <new>

#include "mod_stockade/proxies.h"
#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

namespace stockade::module {

namespace {

// The rules of one request, in order: the narrow ones first, so that a request that a narrow one
// turns away is not counted in a wide one.
class RuleList {
 public:
  void add(const limit::Rule& rule) {
    if (count_ < kMost) new (storage_ + sizeof rule * count_++) limit::Rule(rule);
  }
  std::span<limit::Rule> rules() {
    return {std::launder(reinterpret_cast<limit::Rule*>(storage_)), count_};
  }

 private:
  static constexpr size_t kMost = limit::kMaxRules + 16;
  size_t count_ = 0;
  // Not an array of rules: making eighty of them costs more than counting one request.
  alignas(limit::Rule) unsigned char storage_[kMost * sizeof(limit::Rule)];
};

template <class T>
std::span<const T> items(const apr_array_header_t* array) {
  if (array == nullptr) return {};
  return {reinterpret_cast<const T*>(array->elts), static_cast<size_t>(array->nelts)};
}

bool any_matches(const apr_array_header_t* patterns, const char* path, size_t length) {
  for (const PathPattern& pattern : items<PathPattern>(patterns)) {
    if (pattern.matches(path, length)) return true;
  }
  return false;
}

// <Location> sections are merged after this hook; httpd's own walk does it now, and keeps the
// result for later.
const DirConfig* location_config(request_rec* r, const char* path) {
  ap_conf_vector_t* before = r->per_dir_config;
  char* uri = r->uri;
  r->uri = path == uri ? uri : apr_pstrdup(r->pool, path);
  const int status = ap_location_walk(r);
  const DirConfig* config = status == OK ? dir_config(r) : nullptr;
  r->uri = uri;
  r->per_dir_config = before;
  return config;
}

uint32_t page_scope(const limit::Region& region, const request_rec* r, uint32_t scope,
                    const char* path) {
  uint64_t hash = 14695981039346656037ULL;
  for (; *path != '\0'; ++path) hash = (hash ^ static_cast<uint8_t>(*path)) * 1099511628211ULL;
  for (const char* at = r->server->server_hostname; at != nullptr && *at != '\0'; ++at) {
    hash = (hash ^ static_cast<uint8_t>(*at)) * 1099511628211ULL;
  }
  return static_cast<uint32_t>(limit::siphash13(region.header().hash_key, hash, scope));
}

uint64_t classes_of(const Plan& plan, const DirConfig* location, const char* path, size_t length) {
  uint64_t classes = location == nullptr ? 0 : location->classes;
  for (const ClassPath& entry : items<ClassPath>(plan.config->class_paths)) {
    if (entry.pattern.matches(path, length)) classes |= uint64_t{1} << entry.index;
  }
  return classes;
}

const LocationLimit* location_limit(const DirConfig* location, uint8_t index) {
  const LocationLimit* found = nullptr;
  if (location == nullptr) return nullptr;
  for (const LocationLimit& limit : items<LocationLimit>(location->limits)) {
    if (limit.index == index) found = &limit;  // the inner one comes last
  }
  return found;
}

// Everything that depends on the path of the request.
struct Circumstances {
  const char* path = "";
  size_t length = 0;
  const DirConfig* location = nullptr;
  uint64_t classes = 0;
  bool is_counted = true;
};

Circumstances look_around(request_rec* r, const Plan& plan) {
  Circumstances around;
  around.is_counted = plan.is_enabled;
  if (plan.has_paths || global_config().has_locations) {
    around.path = plain_path(r);
    around.length = std::strlen(around.path);
  }
  if (global_config().has_locations) around.location = location_config(r, around.path);
  const DirConfig* location = around.location;
  if (location != nullptr && location->enabled != kUnset) around.is_counted = location->enabled;
  if (location != nullptr && location->exempt == 1) around.is_counted = false;
  const ServerConfig& config = *plan.config;
  if (any_matches(config.exempt, around.path, around.length)) around.is_counted = false;
  if (config.only != nullptr && !any_matches(config.only, around.path, around.length)) {
    around.is_counted = false;
  }
  around.classes = classes_of(plan, location, around.path, around.length);
  return around;
}

void add_class(RuleList& list, const Plan& plan, const Circumstances& around, uint8_t index) {
  const DirConfig* location = around.location;
  const int dry = location == nullptr ? kUnset : location->dry_percent;
  limit::Rule rule;
  if (const LocationLimit* own = location_limit(location, index)) {
    if (own->limit.is_off) return;
    rule = make_rule(*plan.config, index, own->limit, dry);
  } else if (plan.has_class(index)) {
    rule = plan.rules[index];
    if (dry != kUnset) rule.dry_percent = static_cast<uint8_t>(dry);
  } else {
    return;
  }
  list.add(rule);
}

// Passwords: a POST to a login location is counted now, a request with credentials only if they
// turn out wrong.
bool add_login(RuleList& list, const request_rec* r, const Plan& plan,
               const Circumstances& around) {
  const bool is_login = (around.classes >> kLogin & 1) != 0 && r->method_number == M_POST;
  const bool has_credentials = apr_table_get(r->headers_in, "Authorization") != nullptr;
  if (!is_login && !has_credentials) return false;
  const size_t before = list.rules().size();
  add_class(list, plan, around, kLogin);
  if (list.rules().size() == before) return false;
  if (!is_login) list.rules().back().only_looks = true;
  return is_login;
}

// The long way, where paths or locations matter. True: a login was counted.
bool collect(RuleList& list, request_rec* r, const Plan& plan, const Circumstances& around) {
  if ((around.classes >> kTrap & 1) != 0) add_class(list, plan, around, kTrap);
  for (const uint8_t index : {kMissing, kBytes, kSlow}) {
    const size_t before = list.rules().size();
    add_class(list, plan, around, index);
    if (list.rules().size() > before) list.rules().back().only_looks = true;
  }
  const bool counts_login = add_login(list, r, plan, around);
  uint64_t of_location = 0;
  if (around.location != nullptr) {
    for (const LocationLimit& limit : items<LocationLimit>(around.location->limits)) {
      of_location |= uint64_t{1} << limit.index;
    }
  }
  for (const uint64_t named : {of_location, around.classes & ~of_location}) {
    for (uint8_t i = kFirstNamed; i < limit::kMaxRules; ++i) {
      if ((named >> i & 1) != 0) add_class(list, plan, around, i);
    }
  }
  const size_t before = list.rules().size();
  add_class(list, plan, around, kPage);
  if (list.rules().size() > before) {
    limit::Rule& page = list.rules().back();
    page.scope = page_scope(*table::current(), r, page.scope, around.path);
  }
  add_class(list, plan, around, kAll);
  return counts_login;
}

bool has_body(const request_rec* r) {
  const char* length = apr_table_get(r->headers_in, "Content-Length");
  return (length != nullptr && std::strcmp(length, "0") != 0) ||
         apr_table_get(r->headers_in, "Transfer-Encoding") != nullptr;
}

int turn_away(request_rec* r, const Plan& plan, const limit::Verdict& verdict) {
  set_mark(r, Mark::turned_away);
  const bool is_banned = verdict.kind == limit::Verdict::Kind::banned;
  apr_table_setn(r->subprocess_env, "STOCKADE", is_banned ? "banned" : "denied");
  apr_table_setn(r->err_headers_out, "Retry-After",
                 apr_psprintf(r->pool, "%u", verdict.wait_seconds()));
  apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
  // A denied request's body is not worth reading, a banned client's connection not worth keeping.
  if (is_banned || has_body(r)) r->connection->keepalive = AP_CONN_CLOSE;
  return plan.status;
}

// Where paths, locations or proxies matter.
[[gnu::noinline]] limit::Verdict judge_by_path(request_rec* r, const Plan& plan,
                                               const limit::Client& client, bool is_proxy,
                                               limit::Ticks now) {
  const Circumstances around = look_around(r, plan);
  __attribute__((uninitialized)) RuleList list;  // but for its own constructor
  if (!around.is_counted) {
    set_mark(r, Mark::not_counted);
  } else if (collect(list, r, plan, around)) {
    set_mark(r, Mark::login_counted);
  }
  if (is_proxy) {
    for (limit::Rule& rule : list.rules()) rule.bans = false;
  }
  return plan.limiter->check(client, list.rules(), now);
}

// What did not simply pass.
[[gnu::noinline]] int answer(request_rec* r, const Plan& plan, const limit::Verdict& verdict) {
  if (verdict.is_new) log_change(r, verdict);
  if (const char* name = table::name_of(verdict.rule)) {
    apr_table_setn(r->subprocess_env, "STOCKADE_CLASS", name);
  }
  if (verdict.kind == limit::Verdict::Kind::would_deny) {
    apr_table_setn(r->subprocess_env, "STOCKADE", "would-deny");
    return DECLINED;
  }
  return turn_away(r, plan, verdict);
}

}  // namespace

limit::Client client_of(const apr_sockaddr_t* address) {
  if (address->family == AF_INET6) {
    return limit::Client::from_ipv6(address->sa.sin6.sin6_addr.s6_addr);
  }
  return limit::Client::from_ipv4(ntohl(address->sa.sin.sin_addr.s_addr));
}

int judge_request(request_rec* r, int lookup) {
  if (lookup != 0 || r->main != nullptr || r->prev != nullptr) return DECLINED;
  const Plan* plan = plan_of(r->server);
  if (plan == nullptr || plan->limiter == nullptr) return DECLINED;
  const limit::Client client = client_of(r);
  const limit::Ticks now = table::current()->now();
  const bool is_proxy = proxies::contains(client);
  const bool is_short =
      !plan->has_paths && !global_config().has_locations && plan->is_enabled && !is_proxy;
  const limit::Verdict verdict =
      is_short ? plan->limiter->check(client, {plan->always, plan->always_count}, now)
               : judge_by_path(r, *plan, client, is_proxy, now);
  if (verdict.is_crowded) log_crowd(r);
  return verdict.kind == limit::Verdict::Kind::pass ? DECLINED : answer(r, *plan, verdict);
}

}  // namespace stockade::module
