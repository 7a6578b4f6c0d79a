// `config vhosts`: the tables that httpd builds to find a virtual host.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <list>

#include "report/config_dump.h"
#include "report/json.h"

namespace stockade::report {

namespace {

using conf::Server;

constexpr const char* kAskResolver = "?";

struct HostAddress {
  std::string text;  // as httpd prints it, without the port
  uint16_t port = 0;
  bool wildcard = false;
  uint32_t bucket = 0;  // of httpd's hash table, whose order -S shows
};

// The last four bytes of an address, folded: httpd's hash.
uint32_t bucket_of(const unsigned char* last_four) {
  uint32_t key = 0;
  std::memcpy(&key, last_four, sizeof key);
  key ^= key >> 16;
  return ((key >> 8) ^ key) % 256;
}

HostAddress host_address(const conf::Address& address) {
  HostAddress host{address.host, address.port, address.wildcard(), 0};
  unsigned char bytes[16];
  char text[INET6_ADDRSTRLEN];
  if (inet_pton(AF_INET, address.host.c_str(), bytes) == 1) {
    host.bucket = bucket_of(bytes);
    host.wildcard = std::all_of(bytes, bytes + 4, [](unsigned char b) { return b == 0; });
  } else if (inet_pton(AF_INET6, address.host.c_str(), bytes) == 1) {
    host.bucket = bucket_of(bytes + 12);
    host.wildcard = std::all_of(bytes, bytes + 16, [](unsigned char b) { return b == 0; });
    constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const bool mapped = std::equal(std::begin(kMapped), std::end(kMapped), bytes);
    host.text = mapped ? inet_ntop(AF_INET, bytes + 12, text, sizeof text)
                       : fmt::format("[{}]", inet_ntop(AF_INET6, bytes, text, sizeof text));
  }
  if (host.wildcard) host.text = "*";
  return host;
}

// One address and port, and the virtual hosts that share it, the default one first.
struct Chain {
  HostAddress address;
  std::vector<const Server*> servers;
};

// httpd walks the virtual hosts from the last to the first and puts each new chain in front, so
// the order follows the last host of each.
struct Tables {
  std::vector<std::list<Chain>> hashed{256};
  std::list<Chain> wildcards;

  void add(const Server& server) {
    const HostAddress* before = nullptr;
    std::list<HostAddress> kept;
    for (const conf::Address& written : server.addresses) {
      const HostAddress& host = kept.emplace_back(host_address(written));
      auto& chains = host.wildcard ? wildcards : hashed[host.bucket];
      const auto same = std::find_if(chains.begin(), chains.end(), [&](const Chain& chain) {
        return chain.address.text == host.text && chain.address.port == host.port;
      });
      if (same == chains.end()) {
        chains.push_front({host, {&server}});
      } else if (!host.wildcard || before == nullptr || !before->wildcard ||
                 before->port != host.port) {
        same->servers.insert(same->servers.begin(), &server);
      }
      before = &host;
    }
  }

  std::vector<const Chain*> in_order() const {
    std::vector<const Chain*> all;
    for (const auto& bucket : hashed) {
      for (const Chain& chain : bucket) all.push_back(&chain);
    }
    for (const Chain& chain : wildcards) all.push_back(&chain);
    return all;
  }
};

Tables build_tables(const conf::Servers& servers) {
  Tables tables;
  const auto hosts = servers.virtual_hosts();
  for (auto host = hosts.rbegin(); host != hosts.rend(); ++host) tables.add(*host);
  return tables;
}

// Without a ServerName httpd takes the main server's, or asks the resolver for the address's.
std::string name_of(const Server& server, const conf::Servers& servers) {
  if (!server.name.empty()) return server.name;
  const bool wildcard =
      std::any_of(server.addresses.begin(), server.addresses.end(),
                  [](const conf::Address& a) { return host_address(a).wildcard; });
  const std::string& main_name = servers.main().name;
  return wildcard && !main_name.empty() ? main_name : kAskResolver;
}

std::string place_of(const Snapshot& snapshot, const Server& server) {
  const conf::Directive& section = *server.section;
  const conf::Origin& origin = snapshot.config.origins[section.origin];
  return fmt::format("{}:{}",
                     origin.kind == conf::Origin::Kind::macro
                         ? origin.name
                         : std::string_view(snapshot.config.file_of(section).path),
                     section.counted);
}

std::string port_text(uint16_t port) { return port == 0 ? "*" : std::to_string(port); }

bool is_pattern(std::string_view name) { return name.find_first_of("*?") != std::string::npos; }

void print_names(std::string& out, const Server& server) {
  for (const bool wild : {false, true}) {
    for (const std::string& alias : server.aliases) {
      if (is_pattern(alias) != wild) continue;
      fmt::format_to(std::back_inserter(out), "{:16} {}alias {}\n", "", wild ? "wild " : "", alias);
    }
  }
}

void print_chain(std::string& out, const Snapshot& snapshot, const Chain& chain) {
  const auto shown = [&](const Server& server) {
    return fmt::format("{} ({})", name_of(server, snapshot.servers), place_of(snapshot, server));
  };
  const std::string address =
      fmt::format("{}:{}", chain.address.text, port_text(chain.address.port));
  if (chain.servers.size() == 1) {
    fmt::format_to(std::back_inserter(out), "{:<22} {}\n", address, shown(*chain.servers[0]));
    return;
  }
  fmt::format_to(std::back_inserter(out), "{:<22} is a NameVirtualHost\n{:8} default server {}\n",
                 address, "", shown(*chain.servers[0]));
  for (const Server* server : chain.servers) {
    fmt::format_to(std::back_inserter(out), "{:8} port {} namevhost {}\n", "",
                   port_text(chain.address.port), shown(*server));
    print_names(out, *server);
  }
}

// Where a directive was read: the line in the main file, then which of its Includes or Uses, the
// line in there, and so on inwards.
std::vector<uint32_t> reading_place(const conf::Config& config, const conf::Directive& d) {
  std::vector<uint32_t> place = {d.line};
  for (conf::OriginId at = d.origin; at != 0; at = config.origins[at].outer) {
    place.push_back(at);
    place.push_back(config.origins[at].line);
  }
  std::reverse(place.begin(), place.end());
  return place;
}

// The names that httpd keeps, in its order: an UnDefine puts the last one into the gap.
std::vector<std::string> define_names(const Snapshot& snapshot) {
  const conf::Config& config = snapshot.config;
  std::vector<std::pair<std::vector<uint32_t>, const conf::Directive*>> changes;
  for (const char* name : {"Define", "UnDefine"}) {
    for (const conf::Directive* d : config.all(name)) {
      changes.emplace_back(reading_place(config, *d), d);
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names = snapshot.environment.defines;
  for (const auto& [place, d] : changes) {
    const auto at = std::find(names.begin(), names.end(), d->arg(0));
    if (d->is("Define")) {
      if (at == names.end()) names.emplace_back(d->arg(0));
    } else if (at != names.end()) {
      *at = std::string(names.back());
      names.pop_back();
    }
  }
  return names;
}

// The settings of -S that the configuration itself tells, in httpd's words.
std::vector<std::pair<std::string, std::string>> run_settings(const Snapshot& snapshot) {
  const Server& main = snapshot.servers.main();
  const std::string& root = snapshot.config.server_root;
  std::vector<std::pair<std::string, std::string>> settings = {{"ServerRoot", root}};
  const auto add = [&](const char* title, std::string_view directive, bool path) {
    const auto found = main.own(directive);
    if (found.empty()) return;
    const std::string value(found.back()->arg(0));
    const bool program = value.starts_with('|') || value.starts_with("syslog");
    std::string shown = path && !program ? absolute_path(root, value) : value;
    if (path && !program && value.ends_with('/') && shown.size() > 1) shown += '/';
    settings.emplace_back(title, std::move(shown));
  };
  add("Main DocumentRoot", "DocumentRoot", true);
  add("Main ErrorLog", "ErrorLog", true);
  add("PidFile", "PidFile", true);
  add("User", "User", false);
  add("Group", "Group", false);
  return settings;
}

}  // namespace

std::string config_vhosts(const Snapshot& snapshot) {
  const Tables tables = build_tables(snapshot.servers);
  std::string out = "VirtualHost configuration:\n";
  for (const Chain* chain : tables.in_order()) print_chain(out, snapshot, *chain);
  const auto settings = run_settings(snapshot);
  for (const bool accounts : {false, true}) {
    for (const auto& [title, value] : settings) {
      const bool account = title == "User" || title == "Group";
      if (account != accounts) continue;
      fmt::format_to(std::back_inserter(out), "{}: {}\"{}\"\n", title, account ? "name=" : "",
                     value);
    }
    if (accounts) break;
    for (const std::string& name : define_names(snapshot)) {
      const auto value = snapshot.config.defines.find(name);
      out += "Define: " + name;
      if (value != snapshot.config.defines.end()) out += "=" + value->second.value;
      out += '\n';
    }
  }
  return out;
}

std::string config_vhosts_json(const Snapshot& snapshot) {
  const Tables tables = build_tables(snapshot.servers);
  Json json;
  json["schema"] = "stockade/config-vhosts/1";
  json["addresses"] = Json::array();
  for (const Chain* chain : tables.in_order()) {
    Json hosts = Json::array();
    for (const Server* server : chain->servers) {
      hosts.push_back({{"name", server->name},
                       {"aliases", server->aliases},
                       {"file", snapshot.config.file_of(*server->section).path},
                       {"line", server->section->line},
                       {"default", server == chain->servers[0]}});
    }
    json["addresses"].push_back({{"address", chain->address.text},
                                 {"port", chain->address.port},
                                 {"virtual_hosts", std::move(hosts)}});
  }
  Json settings = Json::object();
  for (const auto& [title, value] : run_settings(snapshot)) settings[title] = value;
  json["settings"] = std::move(settings);
  return dump(json, 2) + "\n";
}

}  // namespace stockade::report
