// The words of a directive: rates, sizes, networks. Each function returns what is wrong, or null.
#pragma once

#include <cstdint>

#include "limit/allow_list.h"
#include "limit/gcra.h"
#include "mod_stockade/httpd_headers.h"

namespace stockade::module {

struct RateWord {
  uint64_t count = 0;
  uint64_t seconds = 0;
};

// "10/s", "100/10s", "600/min", "5000/h", "1000/day".
const char* parse_rate(apr_pool_t* pool, const char* word, RateWord& rate);
// A whole number from `least` to `most`; `what` names it in the message.
const char* parse_number(apr_pool_t* pool, const char* what, const char* word, uint64_t least,
                         uint64_t most, uint64_t& number);
// "16M", "512K", "1G", bytes.
const char* parse_size(apr_pool_t* pool, const char* word, uint64_t& bytes);
// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; with `wildcards` also "192.0.2.*".
const char* parse_network(apr_pool_t* pool, const char* word, bool wildcards,
                          limit::AddressRange& range);

}  // namespace stockade::module
