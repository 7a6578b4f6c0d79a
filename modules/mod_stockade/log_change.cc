#include <arpa/inet.h>

#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

namespace stockade::module {

const char* to_text(limit::Network network, char* text, size_t size) {
  char address[INET6_ADDRSTRLEN] = "";
  if (network.ipv4) {
    const uint32_t bytes = htonl(static_cast<uint32_t>(network.bits));
    inet_ntop(AF_INET, &bytes, address, sizeof address);
  } else {
    uint8_t bytes[16] = {};
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(network.bits >> (56 - 8 * i));
    inet_ntop(AF_INET6, bytes, address, sizeof address);
  }
  apr_snprintf(text, size, "%s/%d", address, network.length);
  return text;
}

void log_change(conn_rec* c, const limit::Verdict& verdict, uint64_t held) {
  char network[64];
  to_text(verdict.network, network, sizeof network);
  const bool dry = verdict.kind == limit::Verdict::Kind::would_deny;
  ap_log_cerror(APLOG_MARK, APLOG_WARNING, 0, c,
                "stockade: event=%s network=%s class=connections held=%" APR_UINT64_T_FMT,
                dry ? "would-limit" : "limited", network, held);
}

void log_change(request_rec* r, const limit::Verdict& verdict) {
  using Kind = limit::Verdict::Kind;
  char network[64];
  to_text(verdict.network, network, sizeof network);
  const char* name = table::name_of(verdict.rule);
  if (name == nullptr) name = "-";
  if (verdict.kind == Kind::banned) {
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                  "stockade: event=banned network=%s class=%s level=%d seconds=%u uri=\"%s\"",
                  network, name, verdict.ban.level, verdict.wait_seconds(),
                  ap_escape_logitem(r->pool, r->uri));
  } else {
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                  "stockade: event=%s network=%s class=%s retry_after=%u uri=\"%s\"",
                  verdict.kind == Kind::would_deny ? "would-limit" : "limited", network, name,
                  verdict.wait_seconds(), ap_escape_logitem(r->pool, r->uri));
  }
}

}  // namespace stockade::module
