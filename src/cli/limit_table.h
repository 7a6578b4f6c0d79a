// The table of a running httpd with mod_stockade, from outside: the file that it maps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "limit/limiter.h"

namespace stockade::cli {

constexpr Option kTableOption{"--table", "FILE",
                              "the table (default: stockade.table in httpd's runtime directory)"};

// Opens --table, or the first that is there of the usual places.
Result<limit::Region> open_table(const Arguments& arguments, bool writable);

// "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8:1::/48": as it is counted and banned.
Result<limit::Network> parse_network(std::string_view text);
std::string to_text(limit::Network network);

const char* to_text(limit::BanReason reason);
std::string to_text(limit::EventKind kind);

// "59 s", "10 min", "3 h", "2 d".
std::string duration(uint64_t seconds);

// The class of that index, or "class 9" where it has no name any more.
std::string class_name(const limit::Region& region, uint8_t index);

// All bans in force, those that end last first.
std::vector<limit::Ban> all_bans(const limit::Region& region);

// The state changes that the table still remembers, oldest first.
std::vector<limit::Event> all_events(const limit::Region& region);

}  // namespace stockade::cli
