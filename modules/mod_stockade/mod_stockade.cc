// The module: its hooks, and the other names it may be loaded by.
#include "mod_stockade/evasive_names.h"
#include "mod_stockade/proxies.h"
#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

extern "C" {
#include <mod_status.h>
}

namespace stockade::module {

namespace {

// Before the directives of this reading.
int begin_reading(apr_pool_t*, apr_pool_t*, apr_pool_t*) {
  classes::reset();
  global_config() = {};
  return OK;
}

int make_ready(apr_pool_t* pool, apr_pool_t*, apr_pool_t*, server_rec* s) {
  // The first of two readings at start: httpd throws it away.
  if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
  for (server_rec* at = s; at != nullptr; at = at->next) {
    if (server_config(at) != nullptr) size_table(*server_config(at));
  }
  const limit::Region* region = table::open(pool, s);
  if (region == nullptr) return OK;
  table::name_classes(*region);
  proxies::read(pool, s);
  if (!make_plans(pool, s, *region)) {
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s,
                 "stockade: no StockadeLimit and no StockadeTrap is set: nothing is limited");
  }
  tell_protected(pool, s, *region);
  warn_of_gaps(s);
  return OK;
}

void begin_child(apr_pool_t* pool, server_rec* s) {
  const limit::Region* region = table::current();
  if (region != nullptr) make_limiters(pool, s, *region, static_cast<uint32_t>(getpid()));
}

}  // namespace

void register_hooks(apr_pool_t* pool) {
  // LoadModule may name this file twice, by two of its modules; a request is counted once.
  static bool done = false;
  if (done) return;
  done = true;
  apr_pool_cleanup_register(
      pool, &done,
      [](void* flag) -> apr_status_t {
        *static_cast<bool*>(flag) = false;
        return APR_SUCCESS;
      },
      apr_pool_cleanup_null);
  static const char* const kAfter[] = {"mod_remoteip.c", nullptr};
  ap_hook_pre_config(begin_reading, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_post_config(make_ready, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_child_init(begin_child, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_child_status(forget_child, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_pre_connection(judge_connection, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  // After mod_remoteip, which works when a request has been read, and before any cache.
  ap_hook_quick_handler(judge_request, kAfter, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_log_transaction(judge_answer, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_handler(show_status, nullptr, nullptr, APR_HOOK_MIDDLE);
  APR_OPTIONAL_HOOK(ap, status_hook, add_to_status, nullptr, nullptr, APR_HOOK_MIDDLE);
  answer_to_evasive_names(pool);
}

}  // namespace stockade::module

__attribute__((visibility("default"))) module_struct stockade_module = {
    MODULE_MAGIC_NUMBER_MAJOR,
    MODULE_MAGIC_NUMBER_MINOR,
    -1,
    "mod_stockade.c",
    nullptr,
    nullptr,
    MODULE_MAGIC_COOKIE,
    nullptr,
    stockade::module::create_dir_config,
    stockade::module::merge_dir_config,
    stockade::module::create_server_config,
    stockade::module::merge_server_config,
    stockade::module::kDirectives,
    stockade::module::register_hooks,
    0,
};
