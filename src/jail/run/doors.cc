#include "jail/run/doors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <map>
#include <set>

#include "base/text.h"

namespace stockade::jail {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool is_local = true;  // lo has it by itself
};

Address address_v4(const in_addr& host, uint16_t port) {
  Address made;
  auto& in = reinterpret_cast<sockaddr_in&>(made.storage);
  in.sin_family = AF_INET;
  in.sin_addr = host;
  in.sin_port = htons(port);
  made.size = sizeof in;
  made.is_local = ntohl(host.s_addr) >> 24 == 127;
  return made;
}

Address address_v6(const in6_addr& host, uint16_t port) {
  Address made;
  auto& in = reinterpret_cast<sockaddr_in6&>(made.storage);
  in.sin6_family = AF_INET6;
  in.sin6_addr = host;
  in.sin6_port = htons(port);
  made.size = sizeof in;
  made.is_local = IN6_IS_ADDR_LOOPBACK(&host);
  return made;
}

// 127.77.0.1 and on, one for each name.
std::map<std::string, in_addr> addresses_of_names(const Plan& plan) {
  std::map<std::string, in_addr> addresses;
  uint32_t next = (127u << 24) + (77u << 16) + 1;
  for (const Backend& backend : plan.backends) {
    in_addr v4{};
    in6_addr v6{};
    if (backend.host == "localhost" || inet_pton(AF_INET, backend.host.c_str(), &v4) == 1 ||
        inet_pton(AF_INET6, backend.host.c_str(), &v6) == 1)
      continue;
    const auto [at, is_new] = addresses.try_emplace(backend.host);
    if (is_new) at->second.s_addr = htonl(next++);
  }
  return addresses;
}

std::vector<Address> addresses_inside(const Backend& backend,
                                      const std::map<std::string, in_addr>& names) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, backend.host.c_str(), &v4) == 1) return {address_v4(v4, backend.port)};
  if (inet_pton(AF_INET6, backend.host.c_str(), &v6) == 1) return {address_v6(v6, backend.port)};
  if (const auto named = names.find(backend.host); named != names.end())
    return {address_v4(named->second, backend.port)};
  v4.s_addr = htonl(INADDR_LOOPBACK);
  return {address_v4(v4, backend.port), address_v6(in6addr_loopback, backend.port)};
}

void name_interface(ifreq& request, std::string_view name) {
  name.copy(request.ifr_name, IFNAMSIZ - 1);
}

Result<void> bring_up_loopback(int v4) {
  ifreq request{};
  name_interface(request, "lo");
  if (ioctl(v4, SIOCGIFFLAGS, &request) != 0) return fail_errno("look at", "lo", errno);
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (ioctl(v4, SIOCSIFFLAGS, &request) != 0) return fail_errno("bring up", "lo", errno);
  return {};
}

// netdevice(7); the structure for IPv6 is in <linux/ipv6.h>, which does not go with <netinet/in.h>.
struct AddressV6 {
  in6_addr address;
  uint32_t prefix;
  int interface;
};

Result<void> give_to_loopback(int v4, const Address& address, size_t number) {
  if (address.storage.ss_family == AF_INET6) {
    const Descriptor v6(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    AddressV6 request{reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr, 128,
                      static_cast<int>(if_nametoindex("lo"))};
    if (ioctl(v6.get(), SIOCSIFADDR, &request) != 0 && errno != EEXIST)
      return fail_errno("give an address to", "lo", errno);
    return {};
  }
  ifreq request{};
  name_interface(request, "lo:" + std::to_string(number));
  auto& in = reinterpret_cast<sockaddr_in&>(request.ifr_addr);
  in = reinterpret_cast<const sockaddr_in&>(address.storage);
  in.sin_port = 0;
  if (ioctl(v4, SIOCSIFADDR, &request) != 0) return fail_errno("give an address to", "lo", errno);
  in.sin_addr.s_addr = INADDR_NONE;  // as a mask: this address alone
  if (ioctl(v4, SIOCSIFNETMASK, &request) != 0)
    return fail_errno("give an address to", "lo", errno);
  return {};
}

Result<Descriptor> listen_inside(const Address& address, const Backend& backend) {
  const std::string name = backend.host + ":" + std::to_string(backend.port);
  Descriptor listener(
      socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // An address of IPv6 is free to be used after a second or two otherwise.
  setsockopt(listener.get(), SOL_IP, IP_FREEBIND, &on, sizeof on);
  if (!listener ||
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) !=
          0 ||
      listen(listener.get(), 128) != 0)
    return fail_errno("open a door to", name, errno);
  return listener;
}

}  // namespace

std::string hosts_of_doors(const Plan& plan) {
  std::string text;
  for (const auto& [name, address] : addresses_of_names(plan)) {
    char shown[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &address, shown, sizeof shown);
    text += std::string(shown) + " " + name + "\n";
  }
  return text;
}

Result<std::vector<Door>> open_doors(const Plan& plan) {
  const Descriptor v4(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (auto up = bring_up_loopback(v4.get()); !up) return fail(up.error());
  const auto names = addresses_of_names(plan);
  std::set<std::string> opened;  // "localhost" and 127.0.0.1 are one place
  std::vector<Door> doors;
  for (size_t i = 0; i < plan.backends.size(); ++i) {
    for (const Address& address : addresses_inside(plan.backends[i], names)) {
      if (!opened.emplace(reinterpret_cast<const char*>(&address.storage), address.size).second)
        continue;
      // The host may be without IPv6.
      const bool is_spare =
          plan.backends[i].host == "localhost" && address.storage.ss_family == AF_INET6;
      if (!address.is_local) {
        if (auto given = give_to_loopback(v4.get(), address, doors.size()); !given)
          return fail(given.error());
      }
      auto listener = listen_inside(address, plan.backends[i]);
      if (!listener && is_spare) continue;
      if (!listener) return fail(listener.error());
      doors.push_back({std::move(*listener), i});
    }
  }
  return doors;
}

}  // namespace stockade::jail
