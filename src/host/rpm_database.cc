#include "host/rpm_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/sqlite_bytes.h"
#include "base/text.h"
#include "host/package_files.h"

namespace stockade::host {
namespace {

constexpr uint64_t kMaxDatabase = 512 << 20;
constexpr const char* kFolders[] = {"/usr/lib/sysimage/rpm", "/var/lib/rpm"};
constexpr const char* kOlder =
    "it is of an older form than SQLite's; ask `rpm -qf` and `rpm -V httpd` by hand";

constexpr const char* kOwners =
    "SELECT DISTINCT Packages.hnum, Packages.blob FROM Basenames "
    "JOIN Packages ON Packages.hnum = Basenames.hnum WHERE Basenames.key = ?";

bool owns(const RpmPackage& package, const std::vector<std::string>& paths) {
  return std::any_of(package.files.begin(), package.files.end(), [&](const RpmFile& file) {
    return std::find(paths.begin(), paths.end(), file.path) != paths.end();
  });
}

// The database's text, where it is of the form that can be read.
Result<std::string> read_database(const FileSystem& files, std::string& name) {
  for (const char* folder : kFolders) {
    name = std::string(folder) + "/rpmdb.sqlite";
    auto bytes = files.read(name, kMaxDatabase);
    if (!bytes && bytes.error().code == ENOENT) continue;
    if (!bytes) return bytes;
    // What a change in progress has written is not in the file yet.
    const auto log = files.status(name + "-wal");
    if (log && log->size != 0) {
      return fail({"read", name, "rpm is changing it, or was cut off while it did",
                   "let rpm end, then audit again", 0});
    }
    return bytes;
  }
  return fail({"read", "rpm's database", kOlder, "", 0});
}

std::vector<PackageFile> comparable(const RpmPackage& package) {
  constexpr uint32_t kMeantToDiffer = kRpmConfig | kRpmDocumentation | kRpmGhost;
  std::vector<PackageFile> files;
  for (const RpmFile& file : package.files) {
    if (file.digest.empty() || (file.flags & kMeantToDiffer) != 0) continue;
    files.push_back({normal_path(file.path), file.digest,
                     package.sha256 ? DigestKind::sha256 : DigestKind::md5});
  }
  return files;
}

}  // namespace

Result<std::vector<RpmPackage>> owners_in_rpm(std::string database, const std::string& name,
                                              const std::vector<std::string>& paths) {
  auto opened = SqliteBytes::open(std::move(database), name);
  if (!opened) return tl::make_unexpected(opened.error());
  std::vector<RpmPackage> owners;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    const auto asked = opened->query(kOwners, {std::string(file_name(path))}, [&](const auto& row) {
      if (!seen.insert(std::string(row[0])).second) return true;
      auto package = read_rpm_header(row[1]);
      if (package && owns(*package, paths)) owners.push_back(*std::move(package));
      return true;
    });
    if (!asked) return tl::make_unexpected(asked.error());
  }
  return owners;
}

bool has_rpm(const FileSystem& files) {
  return std::any_of(std::begin(kFolders), std::end(kFolders),
                     [&](const char* folder) { return files.status(folder).has_value(); });
}

Result<void> collect_rpm_packages(Collector& collector, const std::vector<std::string>& parts) {
  std::string name;
  auto database = read_database(collector.files, name);
  if (!database) return tl::make_unexpected(database.error());
  const auto owners = owners_in_rpm(*std::move(database), name, parts);
  if (!owners) return tl::make_unexpected(owners.error());
  std::vector<PackageFile> files;
  for (const RpmPackage& package : *owners) {
    if (owns(package, {collector.snapshot.httpd.binary})) {
      collector.snapshot.httpd.package = package.name + " " + package.version;
    }
    const auto more = comparable(package);
    files.insert(files.end(), more.begin(), more.end());
  }
  compare_files(collector, files);
  collector.snapshot.coverage.packages = true;
  return {};
}

}  // namespace stockade::host
