// The program, its modules, its configuration.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "jail/plan/draft.h"

namespace stockade::jail {
namespace {

constexpr std::string_view kTooBroad[] = {
    "/",     "/etc",  "/usr", "/usr/share", "/usr/local",     "/var", "/var/lib", "/usr/lib",
    "/home", "/root", "/srv", "/opt",       "/usr/local/etc", "/tmp", "/var/tmp"};

bool is_too_broad(std::string_view directory) {
  return std::find(std::begin(kTooBroad), std::end(kTooBroad), directory) != std::end(kTooBroad);
}

// A directory of configuration, and of nothing else that root alone may read.
bool is_of_the_configuration(const Snapshot& snapshot, std::string_view directory) {
  return !is_too_broad(directory) && (is_within(directory, snapshot.config.server_root) ||
                                      is_within(directory, snapshot.environment.server_root) ||
                                      directory == parent_path(snapshot.environment.config_file));
}

// A file that an editor replaces is another file under the same name: so the directory is bound.
void plan_config_files(Draft& draft) {
  std::set<std::string> done;
  for (const auto& file : draft.snapshot().config.files) {
    const std::string directory(parent_path(file->path));
    if (!done.insert(directory).second) continue;
    if (is_of_the_configuration(draft.snapshot(), directory)) {
      draft.bind(ItemKind::config, directory, "configuration files that httpd reads lie there");
    }
  }
  for (const auto& file : draft.snapshot().config.files) {
    const std::string real = resolve_links(draft.files(), file->path);
    draft.bind(ItemKind::config, real, "a configuration file that httpd reads");
  }
  // A wildcard that finds nothing today may find something tomorrow.
  for (const conf::IncludeRecord& include : draft.snapshot().config.includes) {
    const std::string directory(parent_path(include.pattern));
    if (directory.find_first_of("*?[") == std::string::npos &&
        is_of_the_configuration(draft.snapshot(), directory)) {
      draft.bind(ItemKind::config, directory, "an Include looks there");
    }
  }
}

void plan_modules(Draft& draft) {
  const auto& config = draft.snapshot().config;
  for (const conf::LoadedModule& module : config.modules) {
    if (module.path.empty()) continue;
    const std::string path = absolute_path(config.server_root, module.path);
    draft.add_elf(ItemKind::module, path, "LoadModule " + std::string(module.identifier));
    if (module.identifier == "http2_module") draft.plan().opens_unused_socket = true;
    if (module.identifier.starts_with("php")) draft.plan().has_php_module = true;
    if (module.identifier.starts_with("mpm_")) {
      draft.plan().mpm = module.identifier.substr(4, module.identifier.find("_module") - 4);
    }
  }
  for (const conf::Directive* d : config.all("LoadFile")) {
    for (const conf::Word& word : d->words) {
      draft.add_elf(ItemKind::library, absolute_path(config.server_root, word.text), "LoadFile");
    }
  }
}

std::string variable(const Snapshot& snapshot, const std::string& name) {
  const auto found = snapshot.environment.variables.find(name);
  return found == snapshot.environment.variables.end() ? "" : found->second;
}

std::string last_argument(const Snapshot& snapshot, std::string_view directive) {
  const auto all = directives(snapshot.config, directive);
  return all.empty() ? "" : std::string(all.back()->arg(0));
}

void plan_service(Draft& draft) {
  const Snapshot& snapshot = draft.snapshot();
  Service service;
  service.name = "httpd";
  service.program = resolve_links(draft.files(), snapshot.httpd.binary);
  service.arguments = {
      std::string(file_name(service.program)), "-DFOREGROUND", "-d",
      snapshot.environment.server_root,        "-f",           snapshot.environment.config_file};
  for (const std::string& define : snapshot.environment.defines) {
    service.arguments.insert(service.arguments.end(), {"-D", define});
  }
  for (const auto& [list, option] : {std::pair(&snapshot.environment.before, "-C"),
                                     std::pair(&snapshot.environment.after, "-c")}) {
    for (const std::string& line : *list) {
      service.arguments.insert(service.arguments.end(), {option, line});
    }
  }
  for (const auto& [name, value] : snapshot.environment.variables) {
    service.environment.push_back(name + "=" + value);
  }
  service.user = last_argument(snapshot, "User");
  const std::string group = last_argument(snapshot, "Group");
  if (service.user.empty()) service.user = "www-data";
  draft.add_account(service.user, group);
  if (!draft.plan().accounts.empty()) {
    service.uid = draft.plan().accounts.front().uid;
    service.gid = draft.plan().accounts.front().gid;
  }
  draft.plan().services.push_back(std::move(service));
}

void plan_endpoints(Draft& draft) {
  for (const conf::Listener& listener : draft.snapshot().servers.listeners) {
    Endpoint endpoint;
    endpoint.host = listener.address.wildcard() ? "" : listener.address.host;
    endpoint.port = listener.address.port;
    const auto same = [&](const Endpoint& known) {
      return known.host == endpoint.host && known.port == endpoint.port;
    };
    auto& all = draft.plan().endpoints;
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(std::move(endpoint));
  }
}

constexpr std::string_view kMemory[] = {"/run", "/dev/shm", "/tmp", "/var/tmp"};
const std::string kRuntime = "/run/stockade-jail";

// Whether a host has it in memory, or among files that nobody keeps: the jail may have its own.
bool is_transient(const Draft& draft, const std::string& directory) {
  std::string at = normal_path(directory);
  while (at != "/" && !draft.files().status(at)) at = parent_path(at);
  const std::string real = resolve_links(draft.files(), at);
  return std::any_of(std::begin(kMemory), std::end(kMemory),
                     [&](std::string_view memory) { return is_within(real, memory); });
}

// What lives only as long as httpd runs goes where the configuration says, in memory; what it would
// have among logs or pages ("PidFile logs/httpd.pid") goes to a place of its own, so that these
// stay what they are. `line` is the directive with the other path.
void plan_transient(Draft& draft, const std::string& directory, const std::string& why,
                    const std::string& line) {
  if (is_transient(draft, directory)) return draft.add_runtime(directory, 0, 0755, why);
  draft.add_runtime(kRuntime, 0, 0755, why + ", which the configuration has on the disk");
  for (Service& service : draft.plan().services)
    service.arguments.insert(service.arguments.end(), {"-c", line});
}

void plan_runtime_files(Draft& draft) {
  const conf::Config& config = draft.snapshot().config;
  for (const std::string directive : {"PidFile", "ScriptSock", "ScoreBoardFile", "WSGISocketPrefix",
                                      "FcgidIPCDir", "FcgidProcessTableFile"}) {
    for (const conf::Directive* d : directives(config, directive)) {
      const std::string path = absolute_path(config.server_root, d->arg(0));
      plan_transient(draft, std::string(parent_path(path)), directive,
                     directive + " " + kRuntime + "/" + std::string(file_name(path)));
    }
  }
}

// "Mutex file:DIRECTORY", "SSLSessionCache shmcb:FILE(SIZE)": the path within the first word.
void plan_runtime_stores(Draft& draft) {
  const conf::Config& config = draft.snapshot().config;
  for (const std::string directive :
       {"SSLSessionCache", "SSLStaplingCache", "Mutex", "AuthnCacheSOCache"}) {
    for (const conf::Directive* d : directives(config, directive)) {
      const std::string_view text = d->arg(0);
      if (directive == "Mutex" && text.starts_with("sysv")) draft.plan().uses_system_v = true;
      if (directive == "Mutex" && text.starts_with("posixsem"))
        draft.add_runtime("/dev/shm", 0, 01777, "Mutex posixsem");
      const size_t colon = text.find(':');
      if (colon == std::string_view::npos || text.find('/', colon) == std::string_view::npos)
        continue;
      const std::string_view size =
          text.find('(') == std::string_view::npos ? "" : text.substr(text.find('('));
      const std::string path = absolute_path(
          config.server_root, text.substr(colon + 1, text.size() - size.size() - colon - 1));
      const bool is_directory = directive == "Mutex";
      std::string line = directive + " " + std::string(text.substr(0, colon + 1)) + kRuntime;
      if (!is_directory) line += "/" + std::string(file_name(path)) + std::string(size);
      for (size_t i = 1; i < d->words.size(); ++i) line += " " + std::string(d->words[i].text);
      plan_transient(draft, is_directory ? path : std::string(parent_path(path)), directive, line);
    }
  }
}

void plan_runtime(Draft& draft) {
  const Snapshot& snapshot = draft.snapshot();
  for (const std::string name : {"APACHE_RUN_DIR", "APACHE_LOCK_DIR"}) {
    const std::string path = variable(snapshot, name);
    const uint32_t owner =
        name[7] == 'L' && !draft.plan().services.empty() ? draft.plan().services.front().uid : 0;
    if (!path.empty()) draft.add_runtime(path, owner, 0755, name);
  }
  const std::string runtime = last_argument(snapshot, "DefaultRuntimeDir");
  if (!runtime.empty()) {
    plan_transient(draft, absolute_path(snapshot.config.server_root, runtime), "DefaultRuntimeDir",
                   "DefaultRuntimeDir " + kRuntime);
  }
  plan_runtime_files(draft);
  plan_runtime_stores(draft);
}

}  // namespace

void plan_httpd(Draft& draft) {
  const Snapshot& snapshot = draft.snapshot();
  draft.plan().config_file = snapshot.environment.config_file;
  draft.plan().server_root = snapshot.environment.server_root;
  if (snapshot.httpd.binary.empty()) return draft.lose("httpd", "no program of it was found");
  draft.add_elf(ItemKind::program, snapshot.httpd.binary, "httpd itself");
  plan_service(draft);
  plan_modules(draft);
  plan_config_files(draft);
  plan_endpoints(draft);
  plan_runtime(draft);
}

}  // namespace stockade::jail
