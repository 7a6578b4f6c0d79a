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

// Where httpd keeps what lives only as long as it runs.
void plan_runtime(Draft& draft) {
  const Snapshot& snapshot = draft.snapshot();
  const auto in_root = [&](std::string_view path) {
    return absolute_path(snapshot.config.server_root, path);
  };
  const auto is_in_host_directory = [&](const std::string& directory) {
    return directory == "/run" || directory == "/var/run" || is_too_broad(directory);
  };
  for (const std::string name : {"APACHE_RUN_DIR", "APACHE_LOCK_DIR"}) {
    const std::string path = variable(snapshot, name);
    const uint32_t owner =
        name[7] == 'L' && !draft.plan().services.empty() ? draft.plan().services.front().uid : 0;
    if (!path.empty()) draft.add_runtime(path, owner, 0755, name);
  }
  const std::string runtime = last_argument(snapshot, "DefaultRuntimeDir");
  if (!runtime.empty()) draft.add_runtime(in_root(runtime), 0, 0755, "DefaultRuntimeDir");
  for (const std::string_view directive :
       {"PidFile", "ScriptSock", "ScoreBoardFile", "WSGISocketPrefix", "FcgidIPCDir",
        "FcgidProcessTableFile"}) {
    for (const conf::Directive* d : directives(snapshot.config, directive)) {
      const std::string directory(parent_path(in_root(d->arg(0))));
      if (is_in_host_directory(directory)) {
        draft.add_runtime(resolve_links(draft.files(), directory), 0, 0755, std::string(directive));
      } else {
        draft.add_runtime(directory, 0, 0755, std::string(directive));
      }
    }
  }
  for (const std::string_view directive :
       {"SSLSessionCache", "SSLStaplingCache", "Mutex", "AuthnCacheSOCache"}) {
    for (const conf::Directive* d : directives(snapshot.config, directive)) {
      const std::string_view text = d->arg(0);
      if (directive == "Mutex" && text.starts_with("sysv")) draft.plan().uses_system_v = true;
      if (directive == "Mutex" && text.starts_with("posixsem"))
        draft.add_runtime("/dev/shm", 0, 01777, "Mutex posixsem");
      const size_t colon = text.find(':');
      if (colon == std::string_view::npos || text.find('/', colon) == std::string_view::npos)
        continue;
      const std::string_view path = text.substr(colon + 1, text.find('(') - colon - 1);
      const bool is_directory = directive == "Mutex";
      const std::string full = in_root(path);
      draft.add_runtime(is_directory ? full : std::string(parent_path(full)), 0, 0755,
                        std::string(directive));
    }
  }
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
