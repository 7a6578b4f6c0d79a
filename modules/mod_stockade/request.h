// What a request is to the limiter, and what was decided about it.
#pragma once

#include "limit/client.h"
#include "mod_stockade/plan.h"

namespace stockade::module {

// Whoever stands behind `address`; httpd's type holds IPv4 and IPv6.
limit::Client client_of(const apr_sockaddr_t* address);
// Whoever the request is from, by mod_remoteip where that says another than the peer.
inline limit::Client client_of(const request_rec* r) {
  limit::Client client = client_of(r->useragent_addr);
  client.set_forwarded(r->useragent_addr != r->connection->client_addr);
  return client;
}

// Kept with the request, so that its end knows how it began.
enum class Mark : uintptr_t { none = 0, turned_away, not_counted, login_counted };
inline void set_mark(request_rec* r, Mark mark) {
  ap_set_module_config(r->request_config, &stockade_module, reinterpret_cast<void*>(mark));
}
inline Mark mark_of(const request_rec* r) {
  return static_cast<Mark>(
      reinterpret_cast<uintptr_t>(ap_get_module_config(r->request_config, &stockade_module)));
}

// One line in the error log for a change of state; nothing where nothing changed.
void log_change(request_rec* r, const limit::Verdict& verdict);
void log_change(conn_rec* c, const limit::Verdict& verdict, uint64_t held);

// Once a minute: the table is too small for those who come.
void log_crowd(request_rec* r);

// hooks
int judge_request(request_rec* r, int lookup);
int judge_answer(request_rec* r);
int judge_connection(conn_rec* c, void* socket);
void forget_child(server_rec* s, pid_t pid, ap_generation_t generation, int slot,
                  mpm_child_status status);
int show_status(request_rec* r);
int add_to_status(request_rec* r, int flags);

}  // namespace stockade::module
