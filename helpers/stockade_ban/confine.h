// Gives up everything that handing bans over does not need.
#pragma once

#include <string>

namespace stockade::ban_helper {

// CAP_NET_ADMIN alone, no new privileges, and a filter of system calls: files are opened but never
// made, sockets are netlink's, no program is started. Empty, or what failed.
std::string confine();

}  // namespace stockade::ban_helper
