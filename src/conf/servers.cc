#include "conf/servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/file_system.h"

namespace stockade::conf {

namespace {

constexpr uint16_t kHttpsPort = 443;

std::optional<uint16_t> parse_port(std::string_view text) {
  const auto number = parse_number(text);
  if (!number || *number < 1 || *number > 65535 || !is_digit(text.front())) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

// "[::1]:443" -> {"::1", "443"}; "example.org" -> {"example.org", ""}.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};

std::optional<HostAndPort> split_port(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && (rest.front() != ':' || rest.size() == 1)) return std::nullopt;
    return HostAndPort{text.substr(1, close - 1), rest.empty() ? rest : rest.substr(1)};
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return HostAndPort{text, ""};
  // A bare IPv6 address is ambiguous with a port: httpd refuses it as well.
  if (text.find(':', colon + 1) != std::string_view::npos) return std::nullopt;
  if (colon + 1 == text.size()) return std::nullopt;
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

struct ServerName {
  std::string_view scheme;
  std::string_view host;
  uint16_t port = 0;
};

ServerName split_server_name(std::string_view text) {
  ServerName name;
  if (const size_t end = text.find("://"); end != std::string_view::npos) {
    name.scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
  }
  // httpd refuses an IPv6 address here; for what is read nevertheless its colons are no port.
  const size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  name.host = text.substr(0, colon);
  if (colon != std::string_view::npos) name.port = parse_port(text.substr(colon + 1)).value_or(0);
  return name;
}

void read_server_name(Server& server) {
  const DirectiveList names = server.own("ServerName");
  if (names.empty()) return;
  const ServerName name = split_server_name(names.back()->arg(0));
  server.scheme = name.scheme;
  server.name = name.host;
  server.name_port = name.port;
}

// Of "192.0.2.1" and "_default_", not of "192.0.2.1:*" and "*".
bool names_no_port(std::string_view address) {
  if (address == "*") return false;
  const auto parts = split_port(address);
  return parts && parts->port.empty();
}

// An address without a port has the one of the ServerName that the main server has by then.
void read_names(Server& server, uint16_t main_port) {
  read_server_name(server);
  for (const Directive* alias : server.own("ServerAlias")) {
    for (const Word& word : alias->words) server.aliases.emplace_back(word.text);
  }
  if (server.is_main()) return;
  for (const Word& word : server.section->words) {
    auto address = parse_address(word.text);
    if (!address) continue;
    if (names_no_port(word.text)) address->port = main_port;
    server.addresses.push_back(*std::move(address));
  }
}

// By index of `hosts`, which stand at the top.
std::vector<uint16_t> ports_before(const Config& config, std::span<const Directive* const> hosts) {
  std::vector<uint16_t> ports(hosts.size());
  uint16_t port = 0;
  size_t next = 0;
  for (const Directive& d : config.top()) {
    if (d.is("ServerName") && !d.section) port = split_server_name(d.arg(0)).port;
    while (next < hosts.size() && d.section && d.is("VirtualHost")) {
      ports[next] = port;
      if (hosts[next++] == &d) break;
    }
  }
  return ports;
}

std::string label_of(const Config& config, const Server& server) {
  if (server.name.empty()) {
    if (server.is_main()) return "main server";
    return fmt::format("{}:{}", file_name(config.file_of(*server.section).path),
                       server.section->line);
  }
  uint16_t port = server.addresses.empty() ? 0 : server.addresses.front().port;
  if (port == 0) port = server.name_port;
  return port == 0 ? server.name : fmt::format("{}:{}", server.name, port);
}

void index_children(Server& server, Children children) {
  for (const Directive& d : children) {
    if (d.id != kUnknownDirective) server.directives.push_back(&d);
  }
  std::stable_sort(server.directives.begin(), server.directives.end(),
                   [](const Directive* a, const Directive* b) { return a->id < b->id; });
  for (uint32_t i = 0; i < server.directives.size(); ++i) {
    const DirectiveId id = server.directives[i]->id;
    if (server.entries.empty() || server.entries.back().id != id) {
      server.entries.push_back({id, i, 0});
    }
    ++server.entries.back().count;
  }
}

DirectiveList find_entry(const Server& server, DirectiveId id) {
  if (id == kUnknownDirective) return {};
  const auto entry =
      std::lower_bound(server.entries.begin(), server.entries.end(), id,
                       [](const Server::Entry& e, DirectiveId wanted) { return e.id < wanted; });
  if (entry == server.entries.end() || entry->id != id) return {};
  return DirectiveList(server.directives).subspan(entry->begin, entry->count);
}

void collect_listeners(const Config& config, Servers& servers) {
  for (const Directive* listen : config.all("Listen")) {
    auto address = parse_listen_address(listen->arg(0));
    if (!address) continue;
    std::string protocol(listen->arg(1));
    if (protocol.empty()) protocol = address->port == kHttpsPort ? "https" : "http";
    servers.listeners.push_back({*std::move(address), lower(protocol), listen});
  }
}

void index_server(const Server& server, uint32_t number, ServerIndex& index,
                  std::map<Address, size_t>& seen) {
  for (const Address& address : server.addresses) {
    const auto [at, added] = seen.try_emplace(address, index.bound.size());
    if (added) index.bound.push_back({address, number, number});
    index.bound[at->second].last = number;
  }
  bool has_pattern = false;
  const auto add_name = [&](const std::string& name) {
    std::vector<uint32_t>& numbers = index.by_name[lower(name)];
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  };
  for (const std::string& alias : server.aliases) {
    if (alias.find_first_of("*?") != std::string::npos) {
      has_pattern = true;
    } else {
      add_name(alias);
    }
  }
  if (!server.name.empty()) add_name(server.name);
  if (server.name.empty() || has_pattern) index.asked_each.push_back(number);
  if (server.name.empty()) index.nameless.push_back(number);
}

}  // namespace

DirectiveList Server::own(std::string_view directive_name) const {
  return find_entry(*this, directive_id(directive_name, false));
}

DirectiveList Server::sections(std::string_view section_name) const {
  return find_entry(*this, directive_id(section_name, true));
}

DirectiveList Server::effective(std::string_view directive_name) const {
  const DirectiveId id = directive_id(directive_name, false);
  const DirectiveList mine = find_entry(*this, id);
  return mine.empty() && main != nullptr ? find_entry(*main, id) : mine;
}

const Directive* Server::last(std::string_view directive_name) const {
  const DirectiveList found = effective(directive_name);
  return found.empty() ? nullptr : found.back();
}

const Server& Servers::of(const Directive& d) const {
  const Directive* outermost = &d;
  while (outermost->parent != nullptr) outermost = outermost->parent;
  const auto found = std::lower_bound(by_section.begin(), by_section.end(), outermost,
                                      [](const auto& entry, const Directive* wanted) {
                                        return std::less<const Directive*>()(entry.first, wanted);
                                      });
  const bool is_host = found != by_section.end() && found->first == outermost;
  return is_host ? all[found->second] : main();
}

Servers collect_servers(const Config& config) {
  Servers servers;
  const auto hosts = config.all_sections("VirtualHost");
  servers.all.reserve(1 + hosts.size());  // servers point at the first one: it must not move
  servers.all.emplace_back();
  for (const Directive* host : hosts) {
    servers.by_section.emplace_back(host, static_cast<uint32_t>(servers.all.size()));
    servers.all.emplace_back().section = host;
  }
  std::sort(servers.by_section.begin(), servers.by_section.end(), [](const auto& a, const auto& b) {
    return std::less<const Directive*>()(a.first, b.first);
  });
  const std::vector<uint16_t> ports = ports_before(config, hosts);
  std::map<Address, size_t> addresses;
  for (size_t i = 0; i < servers.all.size(); ++i) {
    Server& server = servers.all[i];
    server.main = &servers.all.front();
    index_children(server, server.is_main() ? config.top() : children_of(*server.section));
    read_names(server, i == 0 ? uint16_t{0} : ports[i - 1]);
    server.label = label_of(config, server);
    if (i > 0) index_server(server, static_cast<uint32_t>(i), servers.index, addresses);
  }
  collect_listeners(config, servers);
  return servers;
}

std::optional<Address> parse_address(std::string_view text) {
  const auto parts = split_port(text);
  if (!parts || parts->host.empty()) return std::nullopt;
  // httpd takes a number alone for a port without an address.
  if (parts->port.empty() && parse_number(text)) return std::nullopt;
  Address address;
  address.host = parts->host == "_default_" ? "*" : std::string(parts->host);
  if (parts->port.empty() || parts->port == "*") return address;
  const auto port = parse_port(parts->port);
  if (!port) return std::nullopt;
  address.port = *port;
  return address;
}

std::optional<Address> parse_listen_address(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto port = parse_port(text)) return Address{"*", *port};
  auto address = parse_address(text);
  if (!address || address->port == 0) return std::nullopt;
  return address;
}

}  // namespace stockade::conf
