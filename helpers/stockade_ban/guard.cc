#include "stockade_ban/guard.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <utmp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "limit/network_text.h"
#include "limit/protected_networks.h"

namespace stockade::ban_helper {

namespace {

using limit::AddressRange;
using Ranges = std::vector<AddressRange>;

void add(Ranges& ranges, const std::string& text) {
  AddressRange range;
  if (limit::parse_range(text.c_str(), range)) ranges.push_back(range);
}

// A client of IPv6 is its /64; what begins with 64 zeros is none (::1), or IPv4 in disguise.
void add_address(Ranges& ranges, const std::string& address) {
  AddressRange range;
  if (!limit::parse_range(address.c_str(), range)) return;
  if (range.first_high != 0) range = limit::range_of(range.first_high, 0, 64);
  ranges.push_back(range);
}

void add_own_addresses(Ranges& ranges) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return;
  for (const ifaddrs* at = all; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr) continue;
    char text[INET6_ADDRSTRLEN] = "";
    if (at->ifa_addr->sa_family == AF_INET) {
      sockaddr_in address;
      std::memcpy(&address, at->ifa_addr, sizeof address);
      inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    } else if (at->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 address;
      std::memcpy(&address, at->ifa_addr, sizeof address);
      inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
    }
    if (*text != '\0') add_address(ranges, text);
  }
  freeifaddrs(all);
}

// The login records by which `who` tells where sessions come from.
void add_logins_of_utmp(Ranges& ranges, const char* path) {
  std::FILE* file = std::fopen(path, "re");
  if (file == nullptr) return;
  struct utmp entry;
  while (std::fread(&entry, sizeof entry, 1, file) == 1) {
    if (entry.ut_type != USER_PROCESS) continue;
    char text[INET6_ADDRSTRLEN] = "";
    const bool ipv4 =
        entry.ut_addr_v6[1] == 0 && entry.ut_addr_v6[2] == 0 && entry.ut_addr_v6[3] == 0;
    if (ipv4 && entry.ut_addr_v6[0] == 0) continue;
    inet_ntop(ipv4 ? AF_INET : AF_INET6, entry.ut_addr_v6, text, sizeof text);
    add_address(ranges, text);
  }
  std::fclose(file);
}

// The same of systemd-logind, where nobody keeps utmp any more.
void add_logins_of_systemd(Ranges& ranges, const std::string& folder) {
  DIR* sessions = opendir(folder.c_str());
  if (sessions == nullptr) return;
  while (const dirent* entry = readdir(sessions)) {
    std::FILE* file = std::fopen((folder + "/" + entry->d_name).c_str(), "re");
    if (file == nullptr) continue;
    char line[512];
    while (std::fgets(line, sizeof line, file) != nullptr) {
      if (std::strncmp(line, "REMOTE_HOST=", 12) != 0) continue;
      std::string host = line + 12;
      std::erase_if(host, [](char letter) { return letter == '\n' || letter == '"'; });
      add_address(ranges, host);
    }
    std::fclose(file);
  }
  closedir(sessions);
}

AddressRange range_of(limit::Network network) {
  if (network.ipv4)
    return limit::range_of(0, network.bits, static_cast<uint8_t>(96 + network.length));
  return limit::range_of(network.bits, 0, network.length);
}

bool is_counted(limit::Network network) {
  const auto has = [&](const auto& levels) {
    return std::any_of(levels.begin(), levels.end(),
                       [&](const limit::Level& level) { return level.length == network.length; });
  };
  if (network.ipv4 && network.bits >> 32 != limit::kIpv4Mark >> 32) return false;
  return network.ipv4 ? has(limit::kIpv4Levels) : has(limit::kIpv6Levels);
}

using Number = std::pair<uint64_t, uint64_t>;
bool touch(const AddressRange& a, const AddressRange& b) {
  return Number(a.first_high, a.first_low) <= Number(b.last_high, b.last_low) &&
         Number(b.first_high, b.first_low) <= Number(a.last_high, a.last_low);
}

}  // namespace

Guard::Guard(std::vector<AddressRange> allowed) : fixed_(std::move(allowed)) {
  for (const char* text : {"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/96",
                           "fe80::/10", "ff00::/8"}) {
    add(fixed_, text);
  }
  for (const char* name : {"SSH_CONNECTION", "SSH_CLIENT"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    const std::string text = value;
    add_address(fixed_, text.substr(0, text.find(' ')));
  }
}

void Guard::refresh(const limit::Region& region) {
  ranges_ = fixed_;
  add_own_addresses(ranges_);
  add_logins_of_utmp(ranges_, "/run/utmp");
  add_logins_of_systemd(ranges_, "/run/systemd/sessions");
  Ranges told(limit::kMaxProtected);
  const auto reading = limit::read_protected(region.header(), told);
  is_whole_ = reading.is_whole;
  ranges_.insert(ranges_.end(), told.begin(), told.begin() + static_cast<ptrdiff_t>(reading.count));
  ranges_.resize(limit::normalise(ranges_));
}

bool Guard::refuses(limit::Network network) const {
  if (!is_whole_ || !is_counted(network)) return true;
  const AddressRange range = range_of(network);
  // The first that ends at or after the beginning of `range`: the list is sorted and has no
  // overlap.
  const auto at = std::lower_bound(
      ranges_.begin(), ranges_.end(), range, [](const AddressRange& a, const AddressRange& b) {
        return Number(a.last_high, a.last_low) < Number(b.first_high, b.first_low);
      });
  return at != ranges_.end() && touch(*at, range);
}

}  // namespace stockade::ban_helper
