#include "cli/limit_table.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "limit/network_text.h"

namespace stockade::cli {

namespace {

constexpr const char* kUsualTables[] = {"/run/apache2/stockade.table", "/run/httpd/stockade.table"};

Result<int> open_file(const std::string& path, bool writable) {
  const int fd = open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0) return fd;
  const int code = errno;
  Error error{"open the table", path, std::strerror(code), "", code};
  if (code == EACCES) error.remedy = "run it as root: the table shows who visits";
  if (code == ENOENT) {
    error.remedy =
        "start httpd with mod_stockade, or name the file with --table (it stands in "
        "DefaultRuntimeDir)";
  }
  return fail(std::move(error));
}

Error not_a_network(std::string_view text) {
  return {"read the network", std::string(text),
          "clients are counted and banned as /32 or /24 of IPv4 and as /64, /56 or /48 of IPv6",
          "write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 (its /64) or 2001:db8:1::/48"};
}

bool is_counted(limit::Network network) {
  const auto has = [&](const auto& levels) {
    return std::any_of(levels.begin(), levels.end(),
                       [&](const limit::Level& level) { return level.length == network.length; });
  };
  return network.ipv4 ? has(limit::kIpv4Levels) : has(limit::kIpv6Levels);
}

}  // namespace

Result<limit::Region> open_table(const Arguments& arguments, bool writable) {
  std::string path = arguments.value("--table");
  if (path.empty()) {
    path = kUsualTables[0];
    for (const char* place : kUsualTables) {
      if (access(place, F_OK) == 0) path = place;
    }
  }
  const auto fd = open_file(path, writable);
  if (!fd) return tl::make_unexpected(fd.error());
  limit::Region region;
  const limit::RegionError error = limit::Region::attach(*fd, writable, region);
  close(*fd);
  if (error == limit::RegionError::none) return region;
  return fail({"read the table", path, limit::to_string(error),
               error == limit::RegionError::other_layout
                   ? "use the stockade that was installed with the module, or restart httpd"
                   : ""});
}

Result<limit::Network> parse_network(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  uint8_t bytes[16];
  const bool ipv4 = inet_pton(AF_INET, address.c_str(), bytes) == 1;
  if (!ipv4 && inet_pton(AF_INET6, address.c_str(), bytes) != 1) return fail(not_a_network(text));
  const limit::Client client =
      ipv4 ? limit::Client::from_ipv4(uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
                                      uint32_t{bytes[2]} << 8 | bytes[3])
           : limit::Client::from_ipv6(bytes);
  unsigned length = client.is_ipv4() ? 32 : 64;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, length);
    if (parsed.ec != std::errc() || parsed.ptr != end || length > 128) {
      return fail(not_a_network(text));
    }
    if (!ipv4 && client.is_ipv4()) length = length >= 96 ? length - 96 : 0;
    if (!client.is_ipv4() && length == 128) length = 64;
  }
  if (length == 0 || length > 64) return fail(not_a_network(text));
  const limit::Network network = client.network(static_cast<uint8_t>(length));
  if (!is_counted(network)) return fail(not_a_network(text));
  return network;
}

std::string to_text(limit::Network network) {
  char text[limit::kNetworkText];
  return limit::to_text(network, text);
}

const char* to_text(limit::BanReason reason) {
  switch (reason) {
    case limit::BanReason::limit:
      return "limit";
    case limit::BanReason::trap:
      return "trap";
    case limit::BanReason::login:
      return "login";
    case limit::BanReason::missing:
      return "missing";
    case limit::BanReason::manual:
      return "manual";
    case limit::BanReason::fleet:
      return "fleet";
  }
  return "unknown";
}

std::string to_text(limit::EventKind kind) {
  switch (kind) {
    case limit::EventKind::banned:
      return "banned";
    case limit::EventKind::unbanned:
      return "unbanned";
    case limit::EventKind::limited:
      return "limited";
    case limit::EventKind::table_full:
      return "ban-table-full";
  }
  return "unknown";
}

std::string duration(uint64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  if (seconds < 172800) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} d", seconds / 86400);
}

std::string class_name(const limit::Region& region, uint8_t index) {
  const char* name = region.header().rules[index % limit::kMaxRules].name;
  const size_t length = strnlen(name, sizeof limit::RuleInfo{}.name);
  // Memory that others write: what is no name is not printed.
  const bool good = length > 0 && std::all_of(name, name + length, [](char letter) {
                      return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                             (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
                    });
  return good ? std::string(name, length) : fmt::format("class {}", index);
}

std::vector<limit::Ban> all_bans(const limit::Region& region) {
  const limit::Seconds now = region.seconds();
  std::vector<limit::Ban> bans(region.bans().list({}, now) + 64);
  const size_t count = region.bans().list(bans, now);
  bans.resize(std::min(count, bans.size()));
  std::stable_sort(bans.begin(), bans.end(),
                   [](const limit::Ban& a, const limit::Ban& b) { return a.until > b.until; });
  return bans;
}

std::vector<limit::Event> all_events(const limit::Region& region) {
  std::vector<limit::Event> events;
  const limit::EventRing ring = region.ring();
  const uint64_t head = ring.head();
  uint64_t tail = 0;
  while (tail < head) {
    const auto reading = ring.read(tail, true);
    if (reading.got) events.push_back(reading.event);
    if (!reading.got && reading.missed == 0) break;
  }
  return events;
}

}  // namespace stockade::cli
