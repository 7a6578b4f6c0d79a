#include "mod_stockade/proxies.h"

#include <cstring>

#include "mod_stockade/words.h"

namespace stockade::module::proxies {

namespace {

limit::AllowList known;
std::span<const limit::AddressRange> ranges_known;

void add(apr_pool_t* pool, apr_array_header_t* ranges, const char* words, server_rec* s) {
  for (const char* word = ap_getword_conf(pool, &words); *word != '\0';
       word = ap_getword_conf(pool, &words)) {
    limit::AddressRange range;
    if (parse_network(pool, word, false, range) == nullptr) {
      *static_cast<limit::AddressRange*>(apr_array_push(ranges)) = range;
    } else {
      ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s,
                   "stockade: the proxy \"%s\" is named, not numbered: it can be banned like a "
                   "client; write its address, or StockadeAllow it",
                   word);
    }
  }
}

void add_list(apr_pool_t* pool, apr_array_header_t* ranges, const char* words, server_rec* s) {
  const char* path = ap_server_root_relative(pool, ap_getword_conf(pool, &words));
  ap_configfile_t* file = nullptr;
  if (path == nullptr || ap_pcfg_openfile(&file, pool, path) != APR_SUCCESS) return;
  char line[512];
  while (ap_cfg_getline(line, sizeof line, file) == APR_SUCCESS) {
    char* comment = std::strchr(line, '#');
    if (comment != nullptr) *comment = '\0';
    add(pool, ranges, line, s);
  }
  ap_cfg_closefile(file);
}

void walk(apr_pool_t* pool, const ap_directive_t* node, apr_array_header_t* ranges, server_rec* s) {
  for (; node != nullptr; node = node->next) {
    const char* name = node->directive;
    if (strcasecmp(name, "RemoteIPInternalProxy") == 0 ||
        strcasecmp(name, "RemoteIPTrustedProxy") == 0) {
      add(pool, ranges, node->args, s);
    } else if (strcasecmp(name, "RemoteIPInternalProxyList") == 0 ||
               strcasecmp(name, "RemoteIPTrustedProxyList") == 0) {
      add_list(pool, ranges, node->args, s);
    }
    if (node->first_child != nullptr) walk(pool, node->first_child, ranges, s);
  }
}

}  // namespace

void read(apr_pool_t* pool, server_rec* s) {
  apr_array_header_t* ranges = apr_array_make(pool, 8, sizeof(limit::AddressRange));
  walk(pool, ap_conftree, ranges, s);
  const std::span<limit::AddressRange> all(reinterpret_cast<limit::AddressRange*>(ranges->elts),
                                           static_cast<size_t>(ranges->nelts));
  ranges_known = all.first(limit::normalise(all));
  known = limit::AllowList(ranges_known);
}

std::span<const limit::AddressRange> all() { return ranges_known; }

bool contains(const limit::Client& client) { return !known.empty() && known.contains(client); }

}  // namespace stockade::module::proxies
