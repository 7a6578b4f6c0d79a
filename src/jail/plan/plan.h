// What is in the jail, and why: one value that is explained, built, verified, compared and kept.
//
// Nothing here says how it is done; root/ mounts it, confine/ closes it, verify/ holds it against
// what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::jail {

// Where an administrator may stop. Each level holds what the ones before it hold.
enum class Level : uint8_t {
  report,  // L0: says what would be done
  unit,    // L1: capabilities, a read-only system, system calls: what a systemd unit can do
  chroot,  // L2: httpd's own ChrootDir
  full,    // L3: a root of its own, namespaces, Landlock, seccomp
  strict,  // L4: and workers that can start no program and open no network socket
};
std::string_view to_string(Level level);
std::optional<Level> parse_level(std::string_view name);

enum class ItemKind : uint8_t {
  program,  // httpd, php-fpm: a copy that only the jail's root may start
  loader,   // ld-linux
  library,
  module,  // of httpd or PHP
  tool,    // what runs inside as the site asks for it: a CGI, its interpreter, a log program
  config,
  data,       // read by libraries and modules: time zones, certificates of authorities
  content,    // what the site serves
  secret,     // a private key: copied, and renewed by "jail refresh"
  generated,  // passwd, group, nsswitch.conf ...
  runtime,    // an empty directory in memory: sockets, pid files, temporary files
  state,      // a directory of the host that is written to: sessions, caches
  log,        // a directory that may be added to, and not cut
  device,
  link,  // a symbolic link of the host; `source` is where it leads
};
std::string_view to_string(ItemKind kind);
std::optional<ItemKind> parse_item_kind(std::string_view name);

struct Item {
  ItemKind kind = ItemKind::data;
  std::string path;     // inside; absolute, without links
  std::string source;   // outside, without links; empty: generated or runtime
  std::string content;  // of a generated file
  bool directory = false;
  uint32_t owner = 0;    // of a runtime directory, as numbered inside
  uint32_t mode = 0755;  // of a runtime directory or generated file
  std::string why;       // one sentence without full stop

  bool writable() const {
    return kind == ItemKind::runtime || kind == ItemKind::state || kind == ItemKind::log;
  }
  bool executable() const {  // may hold code: every other mount is noexec
    return kind == ItemKind::program || kind == ItemKind::loader || kind == ItemKind::library ||
           kind == ItemKind::module || kind == ItemKind::tool;
  }
};

// What is started inside, in this order.
struct Service {
  std::string name;                    // "httpd", "php-fpm 8.2"
  std::string program;                 // path inside
  std::vector<std::string> arguments;  // with the program's name in front
  std::vector<std::string> environment;
  std::string user;  // its workers run as this account
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::string ready_path;  // the socket it makes; empty: it is given its sockets
};

// An address that the supervisor listens on and passes in.
struct Endpoint {
  std::string host;  // "" = every address
  uint16_t port = 0;
};

// What the site asks for and this level cannot give, or gives at a price.
struct Loss {
  std::string what;
  std::string why;
};

// A program outside that the site talks to by TCP: it is reached by a door in the empty network
// (run/doors); where its host is not known beforehand, the network has to be the host's.
struct Backend {
  std::string host;  // as the configuration names it; empty: any
  uint16_t port = 0;
  std::string why;
};

struct Account {
  std::string name;
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::string group;
};

struct Plan {
  std::string config_file;
  std::string server_root;
  std::string mpm;
  std::vector<Item> items;  // sorted by path
  std::vector<Service> services;
  std::vector<Endpoint> endpoints;
  std::vector<Backend> backends;
  std::vector<Account> accounts;  // those that exist inside, besides root
  std::vector<Loss> losses;
  bool runs_programs = false;           // CGIs or log programs: somebody inside starts programs
  bool workers_start_programs = false;  // mod_cgi, not mod_cgid
  bool opens_unused_socket = false;     // mod_http2, when a worker starts
  bool uses_system_v = false;           // a Mutex directive asks for System V semaphores
  bool has_php_module = false;          // mod_php: workers are PHP
  uint32_t root_uid = 200'000;          // who the jail's root is outside

  const Item* find(std::string_view path) const;
};

// The item that holds `path`: itself, or the nearest directory above it. Null: not in the jail.
const Item* item_holding(const Plan& plan, std::string_view path);

}  // namespace stockade::jail
