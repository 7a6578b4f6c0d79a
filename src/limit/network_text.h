// Networks as people write them.
#pragma once

#include <cstddef>

#include "limit/allow_list.h"

namespace stockade::limit {

constexpr size_t kNetworkText = 64;  // room for any

// "192.0.2.1/32", "2001:db8::/48" into `text`, which is returned.
const char* to_text(Network network, char (&text)[kNetworkText]);

// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; false: it is none, and `range` is as before.
bool parse_range(const char* text, AddressRange& range);

}  // namespace stockade::limit
