// What the limiter has done: a section of mod_status, and a page of its own as JSON or as
// Prometheus' text.
#include <cstring>

#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

extern "C" {
#include <mod_status.h>
}

namespace stockade::module {

namespace {

using limit::Totals;

template <class Function>
void for_each_class(const limit::Region& region, Function function) {
  for (uint8_t i = 0; i < limit::kMaxRules; ++i) {
    const char* name = table::name_of(i);
    const auto& info = region.header().rules[i];
    const Totals totals = limit::totals_of(region.header(), i);
    if (name == nullptr) continue;
    const bool is_used = info.cost.load(std::memory_order_relaxed) != 0 ||
                         totals.passed + totals.denied + totals.would_deny != 0;
    if (is_used) function(name, totals);
  }
}

struct Sums {
  uint64_t evicted = 0, refused = 0, banned = 0, bans_dropped = 0;
};
Sums sums_of(const limit::Region& region) {
  Sums sums;
  for (const limit::Shard& shard : region.header().shards) {
    sums.evicted += shard.evicted.load(std::memory_order_relaxed);
    sums.refused += shard.refused.load(std::memory_order_relaxed);
    sums.banned += shard.banned.load(std::memory_order_relaxed);
    sums.bans_dropped += shard.bans_dropped.load(std::memory_order_relaxed);
  }
  return sums;
}

uint64_t bans_in_force(const limit::Region& region) {
  return region.bans().list({}, region.seconds());
}

constexpr struct {
  const char* name;
  const char* what;
  uint64_t Totals::* value;
} kCounted[] = {
    {"passed", "requests that were counted and let through", &Totals::passed},
    {"denied", "requests that were turned away", &Totals::denied},
    {"would_deny", "requests that a dry run let through", &Totals::would_deny},
    {"overflow", "requests counted in the network around, for want of room", &Totals::overflow},
};

constexpr struct {
  const char* name;
  const char* what;
  uint64_t Sums::* value;
} kSummed[] = {
    {"evicted", "counters that made room and still owed", &Sums::evicted},
    {"refused", "requests of banned clients", &Sums::refused},
    {"banned", "bans decided", &Sums::banned},
    {"bans_dropped", "bans that found no room", &Sums::bans_dropped},
};

using HelperCount = std::atomic<uint64_t> limit::HelperState::*;
constexpr struct {
  const char* name;
  const char* what;
  HelperCount value;
} kHelperCounts[] = {
    {"in_force", "bans that the firewall holds", &limit::HelperState::in_force},
    {"spared", "bans that no firewall may hold", &limit::HelperState::spared},
    {"failed", "bans that the firewall did not take", &limit::HelperState::failed},
};

const char* health(const limit::Region& region) {
  return to_string(limit::health_of(region.header().helper, region.seconds()));
}

void show_json(request_rec* r, const limit::Region& region) {
  ap_set_content_type(r, "application/json");
  ap_rprintf(r,
             "{\"schema\":\"stockade/status/1\",\"capacity\":%" APR_UINT64_T_FMT
             ",\"bans\":%" APR_UINT64_T_FMT,
             region.counters().capacity(), bans_in_force(region));
  const Sums sums = sums_of(region);
  for (const auto& sum : kSummed) {
    ap_rprintf(r, ",\"%s\":%" APR_UINT64_T_FMT, sum.name, sums.*sum.value);
  }
  const limit::HelperState& helper = region.header().helper;
  ap_rprintf(r, ",\"helper\":{\"state\":\"%s\"", health(region));
  for (const auto& counted : kHelperCounts) {
    ap_rprintf(r, ",\"%s\":%" APR_UINT64_T_FMT, counted.name,
               (helper.*counted.value).load(std::memory_order_relaxed));
  }
  ap_rputs("},\"classes\":{", r);
  const char* comma = "";
  for_each_class(region, [&](const char* name, const Totals& totals) {
    ap_rprintf(r, "%s\"%s\":{", comma, name);
    comma = "";
    for (const auto& counted : kCounted) {
      ap_rprintf(r, "%s\"%s\":%" APR_UINT64_T_FMT, comma, counted.name, totals.*counted.value);
      comma = ",";
    }
    ap_rputs("}", r);
  });
  ap_rputs("}}\n", r);
}

void show_prometheus(request_rec* r, const limit::Region& region) {
  ap_set_content_type(r, "text/plain; version=0.0.4; charset=utf-8");
  for (const auto& counted : kCounted) {
    ap_rprintf(r, "# HELP stockade_%s_total %s\n# TYPE stockade_%s_total counter\n", counted.name,
               counted.what, counted.name);
    for_each_class(region, [&](const char* name, const Totals& totals) {
      ap_rprintf(r, "stockade_%s_total{class=\"%s\"} %" APR_UINT64_T_FMT "\n", counted.name, name,
                 totals.*counted.value);
    });
  }
  const Sums sums = sums_of(region);
  for (const auto& sum : kSummed) {
    ap_rprintf(r,
               "# HELP stockade_%s_total %s\n# TYPE stockade_%s_total counter\n"
               "stockade_%s_total %" APR_UINT64_T_FMT "\n",
               sum.name, sum.what, sum.name, sum.name, sums.*sum.value);
  }
  ap_rprintf(r,
             "# HELP stockade_bans networks banned now\n# TYPE stockade_bans gauge\n"
             "stockade_bans %" APR_UINT64_T_FMT "\n",
             bans_in_force(region));
  const limit::HelperState& helper = region.header().helper;
  ap_rprintf(r,
             "# HELP stockade_helper_up whether stockade-ban hands bans to the firewall\n"
             "# TYPE stockade_helper_up gauge\nstockade_helper_up %d\n",
             limit::health_of(helper, region.seconds()) == limit::HelperHealth::working ? 1 : 0);
  for (const auto& counted : kHelperCounts) {
    ap_rprintf(r,
               "# HELP stockade_helper_%s %s\n# TYPE stockade_helper_%s gauge\n"
               "stockade_helper_%s %" APR_UINT64_T_FMT "\n",
               counted.name, counted.what, counted.name, counted.name,
               (helper.*counted.value).load(std::memory_order_relaxed));
  }
}

bool wants_prometheus(const request_rec* r) {
  if (r->args != nullptr) {
    if (std::strstr(r->args, "prometheus") != nullptr) return true;
    if (std::strstr(r->args, "json") != nullptr) return false;
  }
  const char* accept = apr_table_get(r->headers_in, "Accept");
  return accept != nullptr && (std::strstr(accept, "version=0.0.4") != nullptr ||
                               std::strstr(accept, "openmetrics") != nullptr);
}

void show_table(request_rec* r, const limit::Region& region) {
  ap_rprintf(r,
             "<h2>Stockade</h2>\n<p>%" APR_UINT64_T_FMT
             " networks banned now, room for %" APR_UINT64_T_FMT
             " counters, helper: %s</p>\n<table border=\"0\"><tr><th>class</th>",
             bans_in_force(region), region.counters().capacity(), health(region));
  for (const auto& counted : kCounted) ap_rprintf(r, "<th>%s</th>", counted.name);
  ap_rputs("</tr>\n", r);
  for_each_class(region, [&](const char* name, const Totals& totals) {
    ap_rprintf(r, "<tr><td>%s</td>", name);
    for (const auto& counted : kCounted) {
      ap_rprintf(r, "<td>%" APR_UINT64_T_FMT "</td>", totals.*counted.value);
    }
    ap_rputs("</tr>\n", r);
  });
  ap_rputs("</table>\n", r);
}

[[gnu::noinline]] int show_page(request_rec* r) {
  if (r->method_number != M_GET) return HTTP_METHOD_NOT_ALLOWED;
  const limit::Region* region = table::current();
  if (region == nullptr) return HTTP_SERVICE_UNAVAILABLE;
  apr_table_setn(r->headers_out, "Cache-Control", "no-store");
  if (wants_prometheus(r)) {
    show_prometheus(r, *region);
  } else {
    show_json(r, *region);
  }
  return OK;
}

}  // namespace

int show_status(request_rec* r) {
  const bool is_ours = r->handler != nullptr && r->handler[0] == 's' &&
                       std::strcmp(r->handler, "stockade-status") == 0;
  return is_ours ? show_page(r) : DECLINED;
}

int add_to_status(request_rec* r, int flags) {
  const limit::Region* region = table::current();
  if (region == nullptr) return DECLINED;
  if ((flags & AP_STATUS_SHORT) == 0) {
    show_table(r, *region);
    return OK;
  }
  ap_rprintf(r, "StockadeBans: %" APR_UINT64_T_FMT "\nStockadeHelper: %s\n", bans_in_force(*region),
             health(*region));
  for_each_class(*region, [&](const char* name, const Totals& totals) {
    ap_rprintf(
        r, "StockadePassed-%s: %" APR_UINT64_T_FMT "\nStockadeDenied-%s: %" APR_UINT64_T_FMT "\n",
        name, totals.passed, name, totals.denied);
  });
  return OK;
}

}  // namespace stockade::module
