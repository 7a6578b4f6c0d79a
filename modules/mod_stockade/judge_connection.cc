// A banned peer, or one that holds too many connections, is turned away before TLS and before a
// byte of it is read.
#include <unistd.h>

#include "mod_stockade/proxies.h"
#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

namespace stockade::module {

namespace {

apr_status_t close_one(void* entry) {
  const limit::Region* region = table::current();
  if (region != nullptr) region->connections().closed(static_cast<limit::AtomicPair*>(entry));
  return APR_SUCCESS;
}

// Counts the connection until its pool goes; false: it is one too many.
bool may_stay(conn_rec* c, const Plan& plan, const limit::Client& client) {
  const uint8_t length =
      client.is_ipv4() ? limit::kIpv4Levels[0].length : limit::kIpv6Levels[0].length;
  const auto opened = table::current()->connections().opened(client.network(length), getpid());
  if (opened.entry == nullptr) return true;
  apr_pool_cleanup_register(c->pool, opened.entry, close_one, apr_pool_cleanup_null);
  if (opened.held <= static_cast<uint64_t>(plan.config->connections)) return true;
  const limit::Verdict verdict =
      plan.limiter->check(client, {&plan.rules[kConnections], 1}, table::current()->now());
  if (verdict.is_new) log_change(c, verdict, opened.held);
  return verdict.kind == limit::Verdict::Kind::pass ||
         verdict.kind == limit::Verdict::Kind::would_deny;
}

int refuse(conn_rec* c, void* socket) {
  // The core's own hook would tell httpd which socket to close, but does not run any more.
  ap_set_core_module_config(c->conn_config, socket);
  c->aborted = 1;
  return HTTP_FORBIDDEN;
}

}  // namespace

int judge_connection(conn_rec* c, void* socket) {
  if (c->master != nullptr) return DECLINED;  // a stream of HTTP/2, judged as a request
  const Plan* plan = plan_of(c->base_server);
  if (plan == nullptr || plan->limiter == nullptr) return DECLINED;
  const limit::Client client = client_of(c->client_addr);
  const bool is_limited = plan->has_class(kConnections) && plan->is_enabled;
  if (is_limited && !plan->allow.contains(client) && !proxies::contains(client) &&
      !may_stay(c, *plan, client)) {
    return refuse(c, socket);
  }
  limit::Ban ban;
  if (!plan->refuses_connections ||
      !plan->limiter->is_banned(client, table::current()->now(), ban) ||
      proxies::contains(client)) {
    return DECLINED;
  }
  return refuse(c, socket);
}

void forget_child(server_rec*, pid_t pid, ap_generation_t, int, mpm_child_status status) {
  const limit::Region* region = table::current();
  if (status == MPM_CHILD_EXITED && region != nullptr) region->connections().forget_process(pid);
}

}  // namespace stockade::module
