// The readers of files that the jail's plan is made from, and of what is said inside.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jail/elf/elf_file.h"
#include "jail/elf/loader_cache.h"
#include "jail/rehearse/learned.h"
#include "jail/run/drift.h"
#include "jail/verify/attempt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)stockade::jail::read_elf(bytes, "fuzz");
  (void)stockade::jail::read_loader_cache(bytes);
  (void)stockade::jail::read_learned(std::string(bytes), "fuzz");
  (void)stockade::jail::stale_mounts(bytes);
  (void)stockade::jail::read_attempt_line(bytes, stockade::jail::Role::worker, {});
  return 0;
}
