// The proxies that mod_remoteip trusts. Many clients stand behind one: it may be slowed when it
// speaks for itself, but is never banned and never refused a connection.
#pragma once

#include "limit/allow_list.h"
#include "mod_stockade/httpd_headers.h"

namespace stockade::module::proxies {

// Reads the RemoteIP directives from the whole configuration, the files of their lists included.
void read(apr_pool_t* pool, server_rec* s);
// Their ranges, as the last `read` found them.
std::span<const limit::AddressRange> all();

bool contains(const limit::Client& client);

}  // namespace stockade::module::proxies
