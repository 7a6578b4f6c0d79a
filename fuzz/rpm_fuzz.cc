// A header of rpm's database: every value that it names lies inside of it.
#include <cstdint>
#include <string_view>

#include "host/rpm_header.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto package = stockade::host::read_rpm_header(bytes);
  if (!package) return 0;
  stockade::fuzz::require(!package->name.empty(), "a package has a name");
  stockade::fuzz::require(package->files.size() <= size, "each file has at least an end");
  return 0;
}
