// Networks as people write them, where mod_stockade's directives and stockade-ban read them.
#include <cstdint>
#include <string>

#include "limit/network_text.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stockade::limit;  // NOLINT: one file
  const std::string text(reinterpret_cast<const char*>(data), size);
  AddressRange range{1, 2, 3, 4};
  if (!parse_range(text.c_str(), range)) {
    stockade::fuzz::require(range.first_high == 1 && range.last_low == 4, "untouched");
    return 0;
  }
  const bool ordered = range.first_high < range.last_high ||
                       (range.first_high == range.last_high && range.first_low <= range.last_low);
  stockade::fuzz::require(ordered, "from the first to the last");
  return 0;
}
