#include "rules/support/servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace stockade::rules {

namespace {

using conf::Address;
using conf::Directive;
using conf::Listener;
using conf::Server;

// Whether every request that comes in at `listened` goes to a virtual host of that port.
class TakenPorts {
 public:
  explicit TakenPorts(const Snapshot& snapshot) {
    for (const Server& host : snapshot.servers.virtual_hosts()) {
      for (const Address& address : host.addresses) {
        if (address.wildcard()) {
          everywhere_.insert(address.port);
        } else {
          somewhere_.insert(fmt::format("{} {}", address.host, address.port));
        }
      }
    }
  }

  bool take(const Address& listened) const {
    if (everywhere_.contains(0) || everywhere_.contains(listened.port)) return true;
    return !listened.wildcard() &&
           (somewhere_.contains(fmt::format("{} {}", listened.host, listened.port)) ||
            somewhere_.contains(fmt::format("{} 0", listened.host)));
  }

 private:
  std::unordered_set<uint16_t> everywhere_;
  std::unordered_set<std::string> somewhere_;
};

bool main_server_answers(const Snapshot& snapshot) {
  if (snapshot.servers.virtual_hosts().empty()) return true;
  const TakenPorts taken(snapshot);
  const auto& listeners = snapshot.servers.listeners;
  return listeners.empty() ||
         std::any_of(listeners.begin(), listeners.end(),
                     [&](const Listener& listener) { return !taken.take(listener.address); });
}

struct ServingServers {
  std::vector<const Server*> list;
};

ServingServers find_serving(const Snapshot& snapshot) {
  ServingServers servers;
  if (main_server_answers(snapshot)) servers.list.push_back(&snapshot.servers.main());
  for (const Server& host : snapshot.servers.virtual_hosts()) servers.list.push_back(&host);
  return servers;
}

}  // namespace

const std::vector<const Server*>& serving_servers(const Snapshot& snapshot) {
  return snapshot.derived.get<ServingServers>([&] { return find_serving(snapshot); }).list;
}

bool speaks_tls(const Snapshot& snapshot, const Server& server) {
  if (const Directive* engine = server.last("SSLEngine")) {
    return is_on(*engine) || equals_ignoring_case(engine->arg(0), "optional");
  }
  // Without SSLEngine mod_ssl turns itself on at a port of the protocol https, if it has a
  // certificate; with none httpd would not start or speaks plain HTTP, by its version.
  if (server.last("SSLCertificateFile") == nullptr) return false;
  for (const Listener& listener : snapshot.servers.listeners) {
    if (listener.protocol != "https") continue;
    if (server.is_main()) return true;
    for (const Address& address : server.addresses) {
      if (address.port == listener.address.port) return true;
    }
  }
  return false;
}

std::vector<Setting> settings_of(const std::vector<const Server*>& servers,
                                 std::string_view directive_name) {
  std::vector<Setting> settings;
  std::unordered_map<const Directive*, size_t> index;
  for (const Server* server : servers) {
    const Directive* directive = server->last(directive_name);
    const auto [entry, is_new] = index.emplace(directive, settings.size());
    if (is_new) settings.push_back({directive, {}});
    settings[entry->second].servers.push_back(server);
  }
  return settings;
}

std::vector<Setting> settings_of(const Snapshot& snapshot, std::string_view directive_name) {
  return settings_of(serving_servers(snapshot), directive_name);
}

std::vector<const Directive*> in_force(const conf::Config& config,
                                       std::string_view directive_name) {
  std::unordered_map<const Directive*, const Directive*> last_of_section;
  for (const Directive* d : config.all(directive_name)) last_of_section[d->parent] = d;
  std::vector<const Directive*> result;
  for (const Directive* d : config.all(directive_name)) {
    if (last_of_section[d->parent] == d) result.push_back(d);
  }
  return result;
}

std::string names_of(const std::vector<const Server*>& servers) {
  constexpr size_t kShown = 3;
  std::string names;
  for (size_t i = 0; i < std::min(servers.size(), kShown); ++i) {
    if (i > 0) names += i + 1 == servers.size() ? " and " : ", ";
    names += servers[i]->label;
  }
  if (servers.size() > kShown) names += fmt::format(" and {} more", servers.size() - kShown);
  return names;
}

std::string origin_of(const Snapshot& snapshot, const Server& server) {
  const bool tls = speaks_tls(snapshot, server);
  const uint16_t usual = tls ? 443 : 80;
  uint16_t port = server.addresses.empty() ? server.name_port : server.addresses.front().port;
  if (port == 0) port = usual;
  std::string origin = tls ? "https://" : "http://";
  origin += server.name.empty() ? "127.0.0.1" : server.name;
  if (port != usual) origin += fmt::format(":{}", port);
  return origin;
}

bool is_on(const Directive& d) { return equals_ignoring_case(d.arg(0), "On"); }
bool is_off(const Directive& d) { return equals_ignoring_case(d.arg(0), "Off"); }

}  // namespace stockade::rules
