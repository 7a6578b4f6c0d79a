// The networks that no firewall may ban, as httpd tells them to the helper through the region.
#pragma once

#include <span>

#include "limit/allow_list.h"
#include "limit/region.h"

namespace stockade::limit {

// Replaces what stood there. What finds no room is counted, so that a reader knows that the list is
// not whole.
void tell_protected(Header& header, std::span<const AddressRange> ranges);

struct ProtectedReading {
  bool is_whole = false;  // false: nothing was told yet, a writer was at it, or not all found room
  size_t count = 0;       // of `ranges`, at the front
};
// `ranges` has room for kMaxProtected.
ProtectedReading read_protected(const Header& header, std::span<AddressRange> ranges);

}  // namespace stockade::limit
