// PHP: php-fpm beside httpd, found by the socket that the configuration hands requests to, or
// mod_php within it.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "jail/plan/draft.h"
#include "jail/plan/trees.h"

namespace stockade::jail {
namespace {

using Settings = std::map<std::string, std::string>;

struct Pool {
  std::string name;
  Settings settings;
};

// Lines of "name = value" of php.ini and php-fpm's files, sections apart.
struct IniLine {
  std::string section;
  std::string name;
  std::string value;
};
std::vector<IniLine> ini_lines(const std::string& text) {
  std::vector<IniLine> lines;
  std::string section;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.empty() || line.front() == ';' || line.front() == '#') continue;
    if (line.front() == '[') {
      section = line.substr(1, line.find(']') - 1);
      continue;
    }
    const size_t equal = line.find('=');
    if (equal == std::string_view::npos) continue;
    std::string_view value = trim(line.substr(equal + 1));
    if (value.starts_with('"')) {
      value = value.substr(1, value.find('"', 1) - 1);
    } else {
      value = trim(value.substr(0, value.find(';')));
    }
    lines.push_back({section, std::string(trim(line.substr(0, equal))), std::string(value)});
  }
  return lines;
}

std::vector<std::string> files_of(const FileSystem& files, const std::string& directory,
                                  std::string_view ending) {
  std::vector<std::string> found;
  if (const auto names = files.list(directory)) {
    for (const std::string& name : *names) {
      if (name.ends_with(ending)) found.push_back(directory + "/" + name);
    }
  }
  return found;
}

// The sockets of php-fpm that requests are handed to.
std::set<std::string> asked_sockets(const Snapshot& snapshot) {
  std::set<std::string> sockets;
  for (const std::string_view directive :
       {"SetHandler", "ProxyPass", "ProxyPassMatch", "BalancerMember"}) {
    for (const conf::Directive* d : snapshot.config.all(directive)) {
      for (const conf::Word& word : d->words) {
        const size_t at = word.text.find("unix:");
        if (at == std::string_view::npos || word.text.find("fcgi:") == std::string_view::npos)
          continue;
        const std::string_view path = word.text.substr(at + 5);
        sockets.emplace(path.substr(0, path.find('|')));
      }
    }
  }
  return sockets;
}

// Where one PHP keeps its things.
struct PhpLayout {
  std::string version;  // "8.2"; empty on Red Hat
  std::string program;
  std::string main_file;      // php-fpm.conf
  std::string pools;          // directory
  std::string ini_directory;  // php.ini's
  std::string scan_directory;
};

std::vector<PhpLayout> php_layouts(const FileSystem& files, const std::string& sapi) {
  std::vector<PhpLayout> found;
  if (const auto versions = files.list("/etc/php")) {
    for (const std::string& version : *versions) {
      const std::string base = "/etc/php/" + version + "/" + sapi;
      if (!files.status(base)) continue;
      found.push_back({version, "/usr/sbin/php-fpm" + version, base + "/php-fpm.conf",
                       base + "/pool.d", base, base + "/conf.d"});
    }
  }
  if (files.status("/etc/php-fpm.conf"))
    found.push_back(
        {"", "/usr/sbin/php-fpm", "/etc/php-fpm.conf", "/etc/php-fpm.d", "/etc", "/etc/php.d"});
  return found;
}

// The directory of its extensions: built into the program, so looked for in its bytes.
std::string extension_directory(const Draft& draft, const std::string& program) {
  const auto bytes = draft.files().read(program, 512 << 20);
  for (const std::string_view base : {"/usr/lib/php", "/usr/lib64/php"}) {
    const auto names = draft.files().list(base);
    if (!names) continue;
    for (const std::string& name : *names) {
      const std::string path = std::string(base) + "/" + name;
      if (parse_number(name) && (!bytes || bytes->find(path) != std::string::npos)) return path;
    }
    if (draft.files().status(std::string(base) + "/modules")) return std::string(base) + "/modules";
  }
  return "";
}

// What PHP itself and its common extensions open. Without time zones date() is a crash, without the
// rest a silent false.
void plan_php_data(Draft& draft, const Settings& ini, uint32_t owner) {
  draft.bind(ItemKind::data, "/usr/share/zoneinfo",
             "PHP's time zones: date() crashes without them");
  draft.bind(ItemKind::data, "/etc/ssl/openssl.cnf",
             "PHP's openssl functions fail silently without it");
  draft.add_link("/usr/lib/ssl/openssl.cnf");
  draft.bind(ItemKind::data, "/etc/ssl/certs/ca-certificates.crt", "PHP's https and curl");
  plan_gconv(draft, "PHP's iconv()");
  const auto path = ini.find("session.save_path");
  const std::string sessions =
      path == ini.end() || path->second.empty() ? "/var/lib/php/sessions" : path->second;
  if (sessions.starts_with('/') && sessions != "/tmp" &&
      !draft.bind(ItemKind::state, sessions, "session.save_path")) {
    draft.add_runtime(sessions, owner, 0700, "session.save_path");
  }
}

// Servers beside it that Debian's PHP asks by a socket of the file system.
void plan_database_socket(Draft& draft, const std::string& extension) {
  struct Server {
    std::string_view extension;
    std::string_view directory;
  };
  constexpr Server kServers[] = {
      {"mysqli.so", "/run/mysqld"},    {"pdo_mysql.so", "/run/mysqld"},
      {"pgsql.so", "/run/postgresql"}, {"pdo_pgsql.so", "/run/postgresql"},
      {"redis.so", "/run/redis"},      {"memcached.so", "/run/memcached"}};
  for (const Server& server : kServers) {
    if (extension == server.extension)
      draft.bind(ItemKind::data, server.directory,
                 "the socket of a database outside, for " + extension);
  }
}

Settings plan_ini(Draft& draft, const PhpLayout& layout, const std::string& program) {
  Settings settings;
  std::vector<std::string> inis{layout.ini_directory + "/php.ini"};
  for (const std::string& file : files_of(draft.files(), layout.scan_directory, ".ini"))
    inis.push_back(file);
  const std::string extensions = extension_directory(draft, program);
  for (const std::string& file : inis) {
    const auto text = draft.files().read(file, 1 << 20);
    if (!text) continue;
    // Debian's are links into mods-available.
    draft.bind(ItemKind::config, resolve_links(draft.files(), file),
               "PHP reads its settings there");
    for (const IniLine& line : ini_lines(*text)) {
      if (line.name != "extension" && line.name != "zend_extension") {
        settings[line.name] = line.value;
        continue;
      }
      std::string name = line.value;
      if (!name.ends_with(".so")) name += ".so";
      const std::string path = name.front() == '/' ? name : extensions + "/" + name;
      draft.add_elf(ItemKind::module, path, line.name + " in " + file);
      plan_database_socket(draft, name);
    }
  }
  draft.bind(ItemKind::config, layout.ini_directory, "PHP reads its settings there");
  return settings;
}

std::vector<Pool> read_pools(const Draft& draft, const PhpLayout& layout) {
  std::vector<Pool> pools;
  for (const std::string& file : files_of(draft.files(), layout.pools, ".conf")) {
    const auto text = draft.files().read(file, 1 << 20);
    if (!text) continue;
    for (const IniLine& line : ini_lines(*text)) {
      if (line.section.empty() || line.section == "global") continue;
      if (pools.empty() || pools.back().name != line.section) pools.push_back({line.section, {}});
      pools.back().settings[line.name] = replace_all(line.value, "$pool", line.section);
    }
  }
  return pools;
}

void plan_fpm(Draft& draft, const PhpLayout& layout, const std::vector<Pool>& pools) {
  const std::string name = "php-fpm" + layout.version;
  draft.add_elf(ItemKind::program, layout.program,
                "php-fpm, which the configuration hands requests to");
  draft.add_opened_library("libgcc_s.so.1", layout.program, "glibc opens it when a thread ends");
  Service service;
  service.name = name;
  service.program = resolve_links(draft.files(), layout.program);
  // Its own main file names a log in /var/log, where the logs of the whole machine are.
  const std::string main_file = "/etc/stockade/" + name + ".conf";
  draft.add_generated(main_file,
                      "[global]\npid = /run/php/" + name + ".pid\nerror_log = /run/php/" + name +
                          ".log\ninclude=" + layout.pools + "/*.conf\n",
                      name + " without a log among those of the machine");
  // PCRE's compiler asks for memory that is written to and run.
  service.arguments = {name, "--nodaemonize", "--fpm-config", main_file, "-d", "pcre.jit=0"};
  service.environment = {"PATH=/usr/sbin:/usr/bin", "LANG=C"};
  draft.bind(ItemKind::config, layout.pools, "php-fpm reads its pools there");
  const Settings ini = plan_ini(draft, layout, service.program);
  for (const Pool& pool : pools) {
    const auto value = [&](const char* key) {
      const auto found = pool.settings.find(key);
      return found == pool.settings.end() ? std::string() : found->second;
    };
    draft.add_account(value("user"), value("group"));
    if (service.user.empty()) service.user = value("user");
    const std::string listen = value("listen");
    if (listen.starts_with('/')) {
      draft.add_runtime(parent_path(listen), 0, 0755, "the socket of pool " + pool.name);
      service.ready_path = listen;
    }
    const std::string log = value("php_admin_value[error_log]");
    if (log.starts_with('/') && parent_path(log) != "/var/log")
      draft.bind(ItemKind::log, parent_path(log), "error_log of pool " + pool.name);
  }
  draft.add_runtime("/run/php", 0, 0755, "php-fpm's pid file");
  for (const Account& account : draft.plan().accounts) {
    if (account.name != service.user) continue;
    service.uid = account.uid;
    service.gid = account.gid;
  }
  plan_php_data(draft, ini, service.uid);
  draft.plan().services.push_back(std::move(service));
}

}  // namespace

void plan_php(Draft& draft) {
  const std::set<std::string> asked = asked_sockets(draft.snapshot());
  std::set<std::string> served;
  for (const PhpLayout& layout : php_layouts(draft.files(), "fpm")) {
    const std::vector<Pool> pools = read_pools(draft, layout);
    bool is_asked = false;
    for (const Pool& pool : pools) {
      const auto listen = pool.settings.find("listen");
      if (listen == pool.settings.end()) continue;
      for (const std::string& socket : asked) {
        if (resolve_links(draft.files(), socket) != resolve_links(draft.files(), listen->second) &&
            socket != listen->second)
          continue;
        is_asked = true;
        served.insert(socket);
      }
    }
    if (is_asked) plan_fpm(draft, layout, pools);
  }
  for (const std::string& socket : asked) {
    if (!served.contains(socket) && socket.find("php") != std::string::npos)
      draft.lose(socket, "requests are handed to it, and no pool of a php-fpm here listens there");
  }
  if (!draft.plan().has_php_module) return;
  for (const PhpLayout& layout : php_layouts(draft.files(), "apache2")) {
    std::string module;
    for (const conf::LoadedModule& loaded : draft.snapshot().config.modules) {
      if (loaded.identifier.starts_with("php"))
        module = absolute_path(draft.snapshot().config.server_root, loaded.path);
    }
    plan_php_data(draft, plan_ini(draft, layout, module),
                  draft.plan().services.empty() ? 0 : draft.plan().services.front().uid);
  }
}

}  // namespace stockade::jail
