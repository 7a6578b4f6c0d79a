// Where "stockade watch" keeps what it knows and "stockade incidents" finds it.
#pragma once

#include "cli/command.h"

namespace stockade::cli {

inline constexpr std::string_view kDefaultStore = "/var/lib/stockade/watch.db";
inline constexpr Option kStoreOption{"--store", "FILE",
                                     "the database (default: /var/lib/stockade/watch.db)",
                                     Option::Takes::one, nullptr};

inline std::string store_of(const Arguments& arguments) {
  return arguments.has("--store") ? arguments.value("--store") : std::string(kDefaultStore);
}

}  // namespace stockade::cli
