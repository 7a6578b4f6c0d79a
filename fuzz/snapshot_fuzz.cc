// A snapshot's text: read or refused, and what was read is written and read again the same.
#include <cstdint>
#include <string_view>

#include "host/snapshot_json.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using stockade::fuzz::require;
  namespace host = stockade::host;
  const auto first = host::read_snapshot({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!first) {
    require(!first.error().cause.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = host::write_snapshot(*first);
  const auto second = host::read_snapshot(text, "fuzz");
  require(second.has_value(), "what was written can be read");
  require(host::write_snapshot(*second) == text, "a second journey changes nothing");
  return 0;
}
