// The main server and the virtual hosts, and what server-wide directives are in effect for each.
// Source: https://httpd.apache.org/docs/2.4/vhosts/details.html; server/vhost.c.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"

namespace stockade::conf {

// One address of a <VirtualHost> or a Listen: "*:443", "[2001:db8::1]:80".
struct Address {
  std::string host;       // "*", "192.0.2.1", "2001:db8::1", or a name that was not looked up
  uint16_t port = 0;      // 0: any
  bool wildcard() const { return host == "*"; }
};

struct Listener {
  Address address;
  std::string protocol;   // "https", "http"; httpd's own default where none is written
  const Directive* directive = nullptr;
};

struct Server {
  const Directive* section = nullptr;  // its <VirtualHost>, or null for the main server
  std::string name;                    // ServerName without scheme and port; may be empty
  std::string scheme;                  // of ServerName, if written
  uint16_t name_port = 0;
  std::vector<std::string> aliases;    // ServerAlias, as written
  std::vector<Address> addresses;      // of the section

  bool is_main() const { return section == nullptr; }
  // "shop.example:443", or the place of the section where it has no name.
  std::string label;

  // The last directive of that name that stands directly in this server (not in a section of it);
  // for a virtual host without one, the main server's. Null if neither has it.
  const Directive* last(std::string_view name) const;
  // All of them: this server's own if it has any, else the main server's.
  const std::vector<const Directive*>& effective(std::string_view name) const;
  // Only those written directly in this server.
  const std::vector<const Directive*>& own(std::string_view name) const;
  // Sections of that name directly in this server ("Directory", "Location" ...).
  const std::vector<const Directive*>& sections(std::string_view name) const;

  // Filled by collect_servers: the directives of this server by id, in order.
  struct Entry {
    DirectiveId id;
    std::vector<const Directive*> directives;
  };
  std::vector<Entry> entries;  // sorted by id
  const Server* main = nullptr;
};

struct Servers {
  std::vector<Server> all;             // [0] is the main server, then the virtual hosts in order
  std::vector<Listener> listeners;

  const Server& main() const { return all.front(); }
  // The virtual hosts; if there are none, the main server is the only one that answers.
  std::span<const Server> virtual_hosts() const { return std::span(all).subspan(1); }
  // The server a directive belongs to.
  const Server& of(const Directive& d) const;

  Servers() = default;
  Servers(Servers&& other) noexcept;
  Servers& operator=(Servers&& other) noexcept;
};

// `config` must outlive the result. Linear in the size of the tree.
Servers collect_servers(const Config& config);

// "[::1]:443", "*:80", "_default_:443", "192.0.2.1" -> Address; nothing if it is none.
std::optional<Address> parse_address(std::string_view text);

}  // namespace stockade::conf
