#include "limit/network_text.h"
#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

namespace stockade::module {

namespace {

// Once for each helper that falls silent: its bans end by themselves, new ones stay in httpd.
void log_dead_helper(request_rec* r, const limit::Region& region) {
  limit::HelperState& helper = region.header().helper;
  const limit::Seconds now = region.seconds();
  if (limit::health_of(helper, now) != limit::HelperHealth::dead) return;
  uint64_t mourned = helper.mourned.load(std::memory_order_relaxed);
  const uint64_t process = helper.process.load(std::memory_order_relaxed);
  if (mourned == process || !helper.mourned.compare_exchange_strong(mourned, process)) return;
  ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                "stockade: the helper stockade-ban (process %" APR_UINT64_T_FMT
                ") was last seen %" APR_UINT64_T_FMT
                " seconds ago: bans are kept by httpd alone, not by the firewall",
                process, now - helper.seen.load(std::memory_order_relaxed));
}

}  // namespace

void log_crowd(request_rec* r) {
  const limit::Region* region = table::current();
  if (region == nullptr) return;
  auto& said = region->header().crowded_said;
  uint64_t before = said.load(std::memory_order_relaxed);
  const limit::Seconds now = region->seconds();
  // One more than now: 0 is never.
  if (before != 0 && now + 1 < before + 60) return;
  if (!said.compare_exchange_strong(before, now + 1)) return;
  ap_log_rerror(
      APLOG_MARK, APLOG_WARNING, 0, r,
      "stockade: event=table-full: more clients owe than the table has room for (%" APR_UINT64_T_FMT
      "): who finds none shares a limit with the network around; a larger "
      "StockadeTableSize helps",
      region->counters().capacity());
}

void log_change(conn_rec* c, const limit::Verdict& verdict, uint64_t held) {
  char network[limit::kNetworkText];
  limit::to_text(verdict.network, network);
  const bool dry = verdict.kind == limit::Verdict::Kind::would_deny;
  ap_log_cerror(APLOG_MARK, APLOG_WARNING, 0, c,
                "stockade: event=%s network=%s class=connections held=%" APR_UINT64_T_FMT,
                dry ? "would-limit" : "limited", network, held);
}

void log_change(request_rec* r, const limit::Verdict& verdict) {
  using Kind = limit::Verdict::Kind;
  char network[limit::kNetworkText];
  limit::to_text(verdict.network, network);
  const char* name = table::name_of(verdict.rule);
  if (name == nullptr) name = "-";
  if (verdict.kind == Kind::banned) {
    if (const limit::Region* region = table::current()) log_dead_helper(r, *region);
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
