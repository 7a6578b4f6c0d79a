#include "conf/effective/choose_server.h"

#include <arpa/inet.h>

#include <array>

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

int best_fit(const Server& server, const Request& request) {
  int best = 0;
  for (const Address& address : server.addresses) best = std::max(best, fit(address, request));
  return best;
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

bool has_looked_up_address(const Server& server) {
  for (const Address& address : server.addresses) {
    if (!address.wildcard() && bytes_of(address.host).empty()) return true;
  }
  return false;
}

}  // namespace

ChosenServer choose_server(const Servers& servers, const Request& request) {
  ChosenServer chosen;
  int best = 0;
  for (const Server& server : servers.virtual_hosts()) {
    best = std::max(best, best_fit(server, request));
    const bool needs_address = !server.addresses.empty() && !server.addresses[0].wildcard();
    if (has_looked_up_address(server)) {
      chosen.doubt = "the address of " + server.label + " is a name, which is not looked up";
    } else if (request.address.empty() && needs_address) {
      chosen.doubt = "the address that is connected to is not given";
    }
  }
  if (best == 0) {
    chosen.server = &servers.main();
    chosen.because = "no virtual host listens there: the main server answers";
    return chosen;
  }
  const Server* first = nullptr;
  for (const Server& server : servers.virtual_hosts()) {
    bool fits = false;
    for (const Address& address : server.addresses) fits = fits || fit(address, request) == best;
    if (!fits) continue;
    if (first == nullptr) first = &server;
    if (!request.host.empty() && answers_to(server, request.host)) {
      chosen.server = &server;
      chosen.because = "first on this address whose name is " + request.host;
      return chosen;
    }
    if (server.name.empty() && chosen.doubt.empty() && &server != first) {
      chosen.doubt = server.label + " has no ServerName: httpd asks the resolver";
    }
  }
  chosen.server = first;
  chosen.because = request.host.empty()
                       ? "the first on this address"
                       : "no name on this address is " + request.host + ": the first one answers";
  return chosen;
}

}  // namespace stockade::conf
