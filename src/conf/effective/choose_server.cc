#include "conf/effective/choose_server.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <vector>

namespace stockade::conf {

namespace {

// The bytes of an address, so that two spellings of one are equal; empty: a name.
std::string bytes_of(const std::string& text) {
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.data(), 16};
  return "";
}

// How well an address of a virtual host fits: 0 not at all, 4 best.
int fit(const Address& address, const Request& request) {
  if (address.port != 0 && address.port != request.port) return 0;
  const int with_port = address.port != 0 ? 1 : 0;
  if (address.wildcard()) return 1 + with_port;
  const std::string bytes = bytes_of(address.host);
  return !bytes.empty() && bytes == bytes_of(request.address) ? 3 + with_port : 0;
}

// ap_strcasecmp_match: '*' any text, '?' one character.
bool matches_name(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    for (size_t at = 0; at <= name.size(); ++at) {
      if (matches_name(pattern.substr(1), name.substr(at))) return true;
    }
    return false;
  }
  if (name.empty()) return false;
  return (pattern[0] == '?' || to_lower(pattern[0]) == to_lower(name[0])) &&
         matches_name(pattern.substr(1), name.substr(1));
}

bool answers_to(const Server& server, std::string_view host) {
  const bool wildcard = !server.addresses.empty() && server.addresses[0].wildcard();
  const std::string& name =
      server.name.empty() && wildcard && server.main != nullptr ? server.main->name : server.name;
  if (!name.empty() && equals_ignoring_case(name, host)) return true;
  for (const std::string& alias : server.aliases) {
    if (matches_name(alias, host)) return true;
  }
  return false;
}

// What answers on the address that was connected to.
struct OnAddress {
  int fit = 0;
  uint32_t first = 0;
  std::string doubt;
};

OnAddress find_address(const Servers& servers, const Request& request) {
  OnAddress found;
  for (const ServerIndex::Bound& bound : servers.index.bound) {
    const int here = fit(bound.address, request);
    if (here > found.fit) found.first = bound.first;
    if (here == found.fit) found.first = std::min(found.first, bound.first);
    found.fit = std::max(found.fit, here);
    if (bound.address.wildcard()) continue;
    if (bytes_of(bound.address.host).empty()) {
      const std::string& label = servers.all[bound.last].label;
      found.doubt = "the address of " + label + " is a name, which is not looked up";
    } else if (request.address.empty()) {
      found.doubt = "the address that is connected to is not given";
    }
  }
  return found;
}

bool fits_so_well(const Server& server, const Request& request, int wanted) {
  for (const Address& address : server.addresses) {
    if (fit(address, request) == wanted) return true;
  }
  return false;
}

// In order: whose name, alias or pattern may be that of the request.
std::vector<uint32_t> candidates(const ServerIndex& index, const std::string& host) {
  std::vector<uint32_t> numbers = index.asked_each;
  if (const auto found = index.by_name.find(lower(host)); found != index.by_name.end()) {
    numbers.insert(numbers.end(), found->second.begin(), found->second.end());
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

ChosenServer choose_server(const Servers& servers, const Request& request) {
  ChosenServer chosen;
  const OnAddress on = find_address(servers, request);
  chosen.doubt = on.doubt;
  if (on.fit == 0) {
    chosen.server = &servers.main();
    chosen.because = "no virtual host listens there: the main server answers";
    return chosen;
  }
  chosen.server = &servers.all[on.first];
  chosen.because = request.host.empty()
                       ? "the first on this address"
                       : "no name on this address is " + request.host + ": the first one answers";
  uint32_t number = UINT32_MAX;
  if (!request.host.empty()) {
    for (const uint32_t candidate : candidates(servers.index, request.host)) {
      const Server& server = servers.all[candidate];
      if (!fits_so_well(server, request, on.fit) || !answers_to(server, request.host)) continue;
      number = candidate;
      chosen.server = &server;
      chosen.because = "first on this address whose name is " + request.host;
      break;
    }
  }
  for (const uint32_t nameless : servers.index.nameless) {
    if (nameless >= number) break;
    if (nameless == on.first || !chosen.doubt.empty()) continue;
    const Server& server = servers.all[nameless];
    if (!fits_so_well(server, request, on.fit)) continue;
    chosen.doubt = server.label + " has no ServerName: httpd asks the resolver";
  }
  return chosen;
}

}  // namespace stockade::conf
