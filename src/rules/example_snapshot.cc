#include <algorithm>

#include "base/memory_file_system.h"
#include "base/text.h"
#include "conf/evaluate.h"
#include "rules/example.h"

namespace stockade::rules {

namespace {

constexpr uint32_t kNobody = 65534;

uint32_t uid_of(const ExampleMachine& machine, std::string_view name) {
  for (const host::Account& account : machine.accounts) {
    if (account.name == name) return account.uid;
  }
  return static_cast<uint32_t>(parse_number(name).value_or(kNobody));
}

uint32_t gid_of(const ExampleMachine& machine, std::string_view name) {
  for (const host::Group& group : machine.groups) {
    if (group.name == name) return group.gid;
  }
  return static_cast<uint32_t>(parse_number(name).value_or(kNobody));
}

void add(MemoryFileSystem& disk, const ExampleMachine& machine, const std::string& path,
         const ExampleFile& file) {
  const uint32_t uid = uid_of(machine, file.owner);
  const uint32_t gid = gid_of(machine, file.group);
  if (file.type == FileType::directory) {
    disk.add_directory(path, file.mode, uid, gid);
  } else if (file.type == FileType::symlink) {
    disk.add_link(path, file.target);
  } else {
    disk.add_file(path, file.content, file.mode, uid, gid);
  }
}

// Directories first: add_file would make a missing parent with default owner and mode.
MemoryFileSystem disk_of(const Example& example) {
  MemoryFileSystem disk;
  for (const bool directories : {true, false}) {
    for (const auto& [path, file] : example.machine.files) {
      if ((file.type == FileType::directory) == directories) {
        add(disk, example.machine, path, file);
      }
    }
  }
  disk.add_file(kExampleConfigFile, example.text);
  return disk;
}

// Where the path leads after all links; empty if nowhere.
std::string real_path(const FileSystem& disk, std::string_view path) {
  std::string rest = normal_path(path);
  std::string done;
  for (int links = 0; !rest.empty() && rest != "/";) {
    const size_t end = rest.find('/', 1);
    const std::string name = done + rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end);
    const auto status = disk.link_status(name);
    if (!status) return "";
    if (status->type != FileType::symlink) {
      done = name;
      continue;
    }
    if (++links > kMaxLinks) return "";
    rest = absolute_path(parent_path(name), disk.link_target(name).value_or("")) + rest;
    done.clear();
  }
  return done.empty() ? "/" : done;
}

void record_paths(const MemoryFileSystem& disk, Snapshot& snapshot) {
  for (const auto& [path, file] : disk.files()) {
    snapshot.paths.put(path, {file.status, file.target, real_path(disk, path), ""});
    if (file.content_known) snapshot.contents[path] = file.content;
  }
  snapshot.paths.put_walk("/", true);
}

conf::Environment environment_of(const ExampleMachine& machine) {
  conf::Environment environment;
  environment.config_file = kExampleConfigFile;
  environment.server_root = kExampleServerRoot;
  environment.variables = machine.variables;
  environment.defines = machine.defines;
  environment.built_in_modules = example_modules(machine);
  environment.version = machine.version;
  return environment;
}

host::Coverage coverage_of(const ExampleMachine& machine) {
  const auto known = [&](std::string_view facts) { return !machine.unknown.contains(facts); };
  host::Coverage coverage;
  coverage.files = known("files");
  coverage.owners = coverage.files && known("owners");
  coverage.accounts = known("accounts");
  coverage.sockets = known("sockets");
  coverage.processes = known("processes");
  coverage.packages = known("packages");
  coverage.php = known("php");
  coverage.certificates = known("certificates");
  return coverage;
}

void record_packages(const ExampleMachine& machine, Snapshot& snapshot) {
  for (const auto& [path, state] : machine.package_states) {
    const host::PathFacts* known = snapshot.paths.find(path);
    if (known == nullptr) continue;
    host::PathFacts facts = *known;
    facts.package_state = state;
    snapshot.paths.put(path, std::move(facts));
  }
}

}  // namespace

std::vector<std::string> example_modules(const ExampleMachine& machine) {
  std::vector<std::string> modules = {"mpm_" + machine.mpm + "_module"};
  const auto has = [](const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (const conf::ModuleInfo& module : conf::all_modules()) {
    const bool other_mpm = module.identifier.starts_with("mpm_");
    if (!other_mpm && !has(machine.without, module.identifier)) {
      modules.emplace_back(module.identifier);
    }
  }
  modules.insert(modules.end(), machine.with.begin(), machine.with.end());
  return modules;
}

Snapshot example_snapshot(const Example& example) {
  const ExampleMachine& machine = example.machine;
  const MemoryFileSystem disk = disk_of(example);
  Snapshot snapshot;
  snapshot.hostname = "www.example.org";
  snapshot.os = "Debian GNU/Linux 12 (bookworm)";
  snapshot.taken_at = kExampleToday;
  snapshot.taken_by = "root";
  snapshot.httpd.binary = "/usr/sbin/apache2";
  snapshot.httpd.version = machine.version;
  snapshot.httpd.mpm = machine.mpm;
  snapshot.httpd.package = machine.package;
  snapshot.httpd.vendor = "debian";
  snapshot.environment = environment_of(machine);
  snapshot.config =
      conf::evaluate(RecordingFileSystem(disk, snapshot.config_files), snapshot.environment);
  snapshot.servers = conf::collect_servers(snapshot.config);
  snapshot.coverage = coverage_of(machine);
  if (snapshot.coverage.files) record_paths(disk, snapshot);
  if (snapshot.coverage.packages) record_packages(machine, snapshot);
  if (snapshot.coverage.accounts) {
    snapshot.accounts = machine.accounts;
    snapshot.groups = machine.groups;
  }
  if (snapshot.coverage.sockets) snapshot.sockets = machine.sockets;
  if (snapshot.coverage.processes) snapshot.processes = machine.processes;
  if (snapshot.coverage.php) snapshot.php = machine.php;
  if (snapshot.coverage.certificates) snapshot.certificates = machine.certificates;
  return snapshot;
}

}  // namespace stockade::rules
