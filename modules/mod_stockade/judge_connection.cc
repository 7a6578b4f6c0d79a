// A banned peer is turned away before TLS and before a byte of it is read.
#include "mod_stockade/proxies.h"
#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

namespace stockade::module {

int judge_connection(conn_rec* c, void* socket) {
  if (c->master != nullptr) return DECLINED;  // a stream of HTTP/2, judged as a request
  const Plan* plan = plan_of(c->base_server);
  if (plan == nullptr || plan->limiter == nullptr || !plan->refuses_connections) return DECLINED;
  const limit::Client client = client_of(c->client_addr);
  limit::Ban ban;
  if (!plan->limiter->is_banned(client, table::current()->now(), ban)) return DECLINED;
  if (proxies::contains(client)) return DECLINED;
  // The core's own hook would tell httpd which socket to close, but does not run any more.
  ap_set_core_module_config(c->conn_config, socket);
  c->aborted = 1;
  return HTTP_FORBIDDEN;
}

}  // namespace stockade::module
