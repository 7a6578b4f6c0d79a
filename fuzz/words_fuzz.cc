// The words of mod_stockade's directives: refused with what is accepted, or within bounds.
#include <cstdint>
#include <cstring>
#include <string>

#include "mod_stockade/words.h"
#include "require.h"

// The log macros of httpd's headers name it.
module_struct stockade_module{};

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stockade::module;  // NOLINT: one file
  using stockade::fuzz::require;
  static const bool ready = apr_initialize() == APR_SUCCESS;
  require(ready, "apr");
  const std::string text(reinterpret_cast<const char*>(data), size);
  const char* word = text.c_str();
  apr_pool_t* pool = nullptr;
  require(apr_pool_create(&pool, nullptr) == APR_SUCCESS, "a pool");
  const auto check = [](const char* failure, bool holds) {
    require(failure != nullptr || holds, "what is accepted is within bounds");
    require(failure == nullptr || std::strstr(failure, "ccepted") != nullptr,
            "says what is accepted");
  };
  RateWord rate;
  const char* failure = parse_rate(pool, word, rate);
  check(failure, rate.count > 0 && rate.seconds > 0 && rate.seconds <= 7 * 86400);
  uint64_t number = 0;
  failure = parse_number(pool, "burst", word, 1, 1'000'000'000, number);
  check(failure, number >= 1 && number <= 1'000'000'000);
  failure = parse_size(pool, word, number);
  check(failure, number >= 65536 && number <= uint64_t{32} << 30);
  for (const bool wildcards : {false, true}) {
    stockade::limit::AddressRange range{};
    failure = parse_network(pool, word, wildcards, range);
    check(failure, range.first_high <= range.last_high);
  }
  apr_pool_destroy(pool);
  return 0;
}
