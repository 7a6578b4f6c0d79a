#include "host/packages.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "host/package_files.h"
#include "host/rpm_database.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxPackageList = 64 << 20;
constexpr std::string_view kFolder = "/var/lib/dpkg/info";
constexpr std::string_view kStatus = "/var/lib/dpkg/status";
constexpr std::string_view kList = ".list";
constexpr const char* kPackageOfHttpd = "the package that httpd came from";

// "libc6:amd64.list" -> "libc6:amd64"
std::string_view listed_package(std::string_view list_name) {
  return list_name.substr(0, list_name.size() - kList.size());
}
// "libc6:amd64" -> "libc6"
std::string_view without_architecture(std::string_view package) {
  return package.substr(0, package.find(':'));
}

bool is_of_httpd(std::string_view package) {
  for (std::string_view begin : {"apache2", "libapr1", "libaprutil1", "libapache2-mod-"}) {
    if (package.starts_with(begin)) return !package.ends_with("-dev");
  }
  return false;
}

using Paths = std::unordered_set<std::string_view>;

// The program and every module that is loaded, as dpkg may call them.
std::vector<std::string> parts_of_httpd(const Snapshot& snapshot) {
  std::vector<std::string> paths = {snapshot.httpd.binary};
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (module.path.empty()) continue;
    const std::string path = absolute_path(snapshot.config.server_root, module.path);
    const PathFacts* known = snapshot.paths.find(path);
    if (known != nullptr && !known->real_path.empty()) paths.push_back(known->real_path);
    paths.push_back(path);
  }
  return paths;
}

// Names that rules on served files ask about: whether a package brought such a file tells whether
// somebody left it behind.
bool is_telling_name(std::string_view name) {
  if (name.starts_with('.') || name.starts_with('#') || name.ends_with('~')) return true;
  constexpr std::array<std::string_view, 17> kParts = {
      "sql",  "sqlite", "sqlite3", "dump", "mdb", "kdbx", "bak", "backup", "old",
      "orig", "save",   "copy",    "swp",  "swo", "tmp",  "rej", "dist"};
  for (std::string_view part : split(name, '.')) {
    if (std::find(kParts.begin(), kParts.end(), lower(part)) != kParts.end()) return true;
  }
  return false;
}

// Real paths of such files, where packages put theirs.
std::set<std::string> telling_files(const PathTable& paths) {
  std::set<std::string> telling;
  for (const auto& [path, facts] : paths.facts()) {
    const std::string& real = facts.real_path;
    if (facts.status.type != FileType::regular || !is_within(real, "/usr")) continue;
    if (!is_within(real, "/usr/local") && is_telling_name(file_name(real))) telling.insert(real);
  }
  return telling;
}

bool lists_any(std::string_view text, const Paths& wanted) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(),
                     [&](std::string_view line) { return wanted.contains(line); });
}

struct Owners {
  std::string binary;              // whose the program is; empty: no package lists it
  std::set<std::string> packages;  // of httpd: the program's, its modules', and their kin
  std::set<std::string> served;    // that list a telling file
};

// An error: not everything could be asked.
Result<Owners> find_owners(const Collector& collector, const std::set<std::string>& telling) {
  const auto names = collector.files.list(kFolder);
  if (!names) return fail(names.error());
  const std::vector<std::string> parts = parts_of_httpd(collector.snapshot);
  const Paths wanted(parts.begin(), parts.end());
  const Paths program = {collector.snapshot.httpd.binary};
  const Paths served(telling.begin(), telling.end());
  Owners owners;
  for (const std::string& name : *names) {
    if (!name.ends_with(kList)) continue;
    if (collector.out_of_time()) {
      return fail({"read", std::string(kFolder), "the time was up", "allow more time", 0});
    }
    const auto text = collector.files.read(std::string(kFolder) + "/" + name, kMaxPackageList);
    if (!text) return fail(text.error());
    const std::string package(listed_package(name));
    if (!served.empty() && lists_any(*text, served)) owners.served.insert(package);
    const bool lists = lists_any(*text, wanted);
    if (lists || is_of_httpd(package)) owners.packages.insert(package);
    if (lists && owners.binary.empty() && lists_any(*text, program)) {
      owners.binary = without_architecture(package);
    }
  }
  return owners;
}

}  // namespace

std::optional<std::string> installed_version(std::string_view status, std::string_view package) {
  bool named = false;
  bool installed = false;
  std::string version;
  for (std::string_view line : split(status, '\n')) {
    if (trim(line).empty()) {
      if (named && installed && !version.empty()) return version;
      named = installed = false;
      version.clear();
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (key == "Package") named = value == package;
    if (key == "Status") installed = value.ends_with(" installed");
    if (key == "Version") version = value;
  }
  if (named && installed && !version.empty()) return version;
  return std::nullopt;
}

void collect_packages(Collector& collector) {
  HttpdBuild& httpd = collector.snapshot.httpd;
  const auto gap = [&](const char* reason) {
    collector.gaps.add(kPackageOfHttpd, reason, {"packages"});
  };
  if (httpd.binary.empty()) return gap("its program was not found");
  const bool rpm = has_rpm(collector.files);
  const auto ask_rpm = [&] {
    const auto asked = collect_rpm_packages(collector, parts_of_httpd(collector.snapshot));
    if (!asked) collector.gaps.add(kPackageOfHttpd, asked.error(), {"packages"});
  };
  if (rpm && !collector.files.status(kStatus)) return ask_rpm();
  const auto status = collector.files.read(kStatus, kMaxPackageList);
  if (!status) return collector.gaps.add(kPackageOfHttpd, status.error(), {"packages"});
  const std::set<std::string> telling = telling_files(collector.snapshot.paths);
  const auto owners = find_owners(collector, telling);
  if (!owners) return collector.gaps.add(kPackageOfHttpd, owners.error(), {"packages"});
  // Debian has rpm's tools too, and then an empty database of theirs.
  if (rpm && owners->binary.empty()) return ask_rpm();
  if (!owners->binary.empty()) {
    const auto version = installed_version(*status, owners->binary);
    if (!version) return gap("dpkg lists its file, but not as of an installed package");
    httpd.package = owners->binary + " " + *version;
  }
  compare_package_files(collector, owners->packages);
  if (!owners->served.empty()) compare_package_files(collector, owners->served, &telling);
  collector.snapshot.coverage.packages = true;
}

}  // namespace stockade::host
