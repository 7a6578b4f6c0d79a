#include "host/packages.h"

#include <algorithm>

#include "base/text.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxFile = 64 << 20;
constexpr std::string_view kFolder = "/var/lib/dpkg/info";
constexpr std::string_view kStatus = "/var/lib/dpkg/status";
constexpr std::string_view kList = ".list";
constexpr const char* kWhat = "the package that httpd came from";

bool has_line(std::string_view text, std::string_view wanted) {
  const auto lines = split(text, '\n');
  return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

// "libc6:amd64.list" -> "libc6"
std::string_view package_of(std::string_view list_name) {
  list_name.remove_suffix(kList.size());
  return list_name.substr(0, list_name.find(':'));
}

// Empty: no package lists it. An error: not everything could be asked.
Result<std::string> owner_of(const Collector& collector, std::string_view path) {
  const auto names = collector.files.list(kFolder);
  if (!names) return fail(names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(kList)) continue;
    if (collector.out_of_time()) {
      return fail({"read", std::string(kFolder), "the time was up", "allow more time", 0});
    }
    const auto text = collector.files.read(std::string(kFolder) + "/" + name, kMaxFile);
    if (!text) return fail(text.error());
    if (has_line(*text, path)) return std::string(package_of(name));
  }
  return std::string();
}

bool has_rpm(const Collector& collector) {
  return collector.files.status("/var/lib/rpm").has_value() ||
         collector.files.status("/usr/lib/sysimage/rpm").has_value();
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
  const auto gap = [&](const char* reason) { collector.gaps.add(kWhat, reason, {"packages"}); };
  if (httpd.binary.empty()) return gap("its program was not found");
  if (has_rpm(collector)) return gap("the rpm database is not read; ask `rpm -qf` by hand");
  const auto status = collector.files.read(kStatus, kMaxFile);
  if (!status) return collector.gaps.add(kWhat, status.error(), {"packages"});
  const auto owner = owner_of(collector, httpd.binary);
  if (!owner) return collector.gaps.add(kWhat, owner.error(), {"packages"});
  if (!owner->empty()) {
    const auto version = installed_version(*status, *owner);
    if (!version) return gap("dpkg lists its file, but not as of an installed package");
    httpd.package = *owner + " " + *version;
  }
  collector.snapshot.coverage.packages = true;
}

}  // namespace stockade::host
