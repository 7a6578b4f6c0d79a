// The main server and the virtual hosts, and what server-wide directives are in effect for each.
// Source: https://httpd.apache.org/docs/2.4/vhosts/details.html; server/vhost.c.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "conf/config.h"

namespace stockade::conf {

// One address of a <VirtualHost> or a Listen: "*:443", "[2001:db8::1]:80".
struct Address {
  std::string host;   // "*", "192.0.2.1", "2001:db8::1", or a name that was not looked up
  uint16_t port = 0;  // 0: any
  bool wildcard() const { return host == "*"; }
  auto operator<=>(const Address&) const = default;
};

struct Listener {
  Address address;
  std::string protocol;  // "https", "http"; httpd's own default where none is written
  const Directive* directive = nullptr;
};

using DirectiveList = std::span<const Directive* const>;

struct Server {
  const Directive* section = nullptr;  // its <VirtualHost>, or null for the main server
  std::string name;                    // ServerName without scheme and port; may be empty
  std::string scheme;                  // of ServerName, if written
  uint16_t name_port = 0;
  std::vector<std::string> aliases;  // ServerAlias, as written
  std::vector<Address> addresses;    // of the section
  // "shop.example:443", or the place of the section where it has no name.
  std::string label;
  const Server* main = nullptr;  // the main server; of the main server: itself

  bool is_main() const { return section == nullptr; }

  // The last directive of that name that stands directly in this server (not in a section of it);
  // for a virtual host without one, the main server's. Null if neither has it.
  const Directive* last(std::string_view directive_name) const;
  // All of them: this server's own if it has any, else the main server's.
  DirectiveList effective(std::string_view directive_name) const;
  // Only those written directly in this server.
  DirectiveList own(std::string_view directive_name) const;
  // Sections of that name directly in this server ("Directory", "Location" ...).
  DirectiveList sections(std::string_view section_name) const;

  // Filled by collect_servers: this server's directives, grouped by id, in order within a group.
  struct Entry {
    DirectiveId id;
    uint32_t begin;  // into `directives`
    uint32_t count;
  };
  std::vector<Entry> entries;  // sorted by id
  std::vector<const Directive*> directives;
};

// Finds the virtual hosts that an address or a name may belong to without asking all of them.
// Indices of Servers::all.
struct ServerIndex {
  struct Bound {
    Address address;
    uint32_t first = 0;  // that is bound to it
    uint32_t last = 0;
  };
  std::vector<Bound> bound;                                        // each address once
  std::unordered_map<std::string, std::vector<uint32_t>> by_name;  // in lower case, aliases too
  std::vector<uint32_t>
      asked_each;  // without a name of their own, or with a pattern among their aliases
  std::vector<uint32_t> nameless;
};

struct Servers {
  std::vector<Server> all;  // [0] is the main server, then the virtual hosts in order
  std::vector<Listener> listeners;

  const Server& main() const { return all.front(); }
  // The virtual hosts; if there are none, the main server is the only one that answers.
  std::span<const Server> virtual_hosts() const { return std::span(all).subspan(1); }
  // The server a directive belongs to.
  const Server& of(const Directive& d) const;

  // Servers point at each other, so a copy would point at the original.
  Servers() = default;
  Servers(Servers&& other) noexcept = default;
  Servers& operator=(Servers&& other) noexcept = default;

  // Filled by collect_servers: each <VirtualHost> and its index in `all`, sorted by address.
  std::vector<std::pair<const Directive*, uint32_t>> by_section;
  ServerIndex index;
};

// `config` must outlive the result. Linear in the size of the tree.
Servers collect_servers(const Config& config);

// "[::1]:443", "*:80", "_default_:443", "192.0.2.1" -> Address; nothing if it is none.
std::optional<Address> parse_address(std::string_view text);

// The same for Listen, where a number alone is a port on every address.
std::optional<Address> parse_listen_address(std::string_view text);

}  // namespace stockade::conf
