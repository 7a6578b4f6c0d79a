// Which servers answer, which speak TLS, and which value of a server-wide directive each follows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

// The virtual hosts, and the main server where a Listen has no virtual host that takes its
// requests.
const std::vector<const conf::Server*>& serving_servers(const Snapshot& snapshot);

// SSLEngine on or optional; or no SSLEngine, but a certificate and a Listen whose protocol is
// https.
bool speaks_tls(const Snapshot& snapshot, const conf::Server& server);

// One value of a directive and the servers that follow it. A null directive: none is written,
// httpd's own default holds.
struct Setting {
  const conf::Directive* directive = nullptr;
  std::vector<const conf::Server*> servers;
};

// What is in force for `directive_name` (one that a virtual host takes from the main server when it
// has none itself) in each of `servers`, a group for each value: report it once, where it stands.
std::vector<Setting> settings_of(const std::vector<const conf::Server*>& servers,
                                 std::string_view directive_name);
// In all serving servers.
std::vector<Setting> settings_of(const Snapshot& snapshot, std::string_view directive_name);

// Every directive of that name, in sections too, that no later one in the same section replaces.
std::vector<const conf::Directive*> in_force(const conf::Config& config,
                                             std::string_view directive_name);

// "shop.example:443, api.example:443 and 12 more".
std::string names_of(const std::vector<const conf::Server*>& servers);

// "https://shop.example:8443": how a client on this machine asks that server.
std::string origin_of(const Snapshot& snapshot, const conf::Server& server);

// The value of a flag directive.
bool is_on(const conf::Directive& d);
bool is_off(const conf::Directive& d);

}  // namespace stockade::rules
