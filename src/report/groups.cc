#include "report/groups.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "base/text.h"

namespace stockade::report {

std::vector<Group> group_open(const audit::Report& report) {
  std::vector<Group> groups;
  std::map<std::pair<Severity, std::string_view>, size_t> index;
  std::vector<std::set<std::string_view>> servers;
  for (const Finding& finding : report.findings) {
    if (finding.suppression.kind != Suppression::Kind::none) continue;
    const auto [at, added] = index.try_emplace({finding.severity, finding.rule}, groups.size());
    if (added) {
      groups.emplace_back();
      servers.emplace_back();
    }
    Group& group = groups[at->second];
    group.findings.push_back(&finding);
    servers[at->second].insert(finding.server);
    group.any_new = group.any_new || (report.since && report.since->is_new(finding));
  }
  for (size_t i = 0; i < groups.size(); ++i) groups[i].servers = servers[i].size();
  return groups;
}

std::string size_label(const Group& group) {
  if (group.findings.size() == 1) return "";
  if (group.servers == group.findings.size()) return fmt::format("{} vhosts", group.servers);
  return fmt::format("{} places", group.findings.size());
}

std::string short_file(const Snapshot& snapshot, std::string_view file) {
  std::string_view root = snapshot.config.server_root;
  while (root.ends_with('/')) root.remove_suffix(1);
  if (!root.empty() && file.size() > root.size() + 1 && file.starts_with(root) &&
      file[root.size()] == '/') {
    return std::string(file.substr(root.size() + 1));
  }
  return shown_file(snapshot, file);
}

std::string short_place(const Snapshot& snapshot, const Place& place) {
  const std::string file = short_file(snapshot, place.file);
  return place.line == 0 ? file : fmt::format("{}:{}", file, place.line);
}

std::string version_text(uint32_t version) {
  if (version == 0) return "";
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

// "Debian GNU/Linux 12 (bookworm)" -> "Debian 12".
static std::string short_os(std::string_view os) {
  std::string text = replace_all(std::string(os), " GNU/Linux", "");
  const size_t nickname = text.find(" (");
  return nickname == std::string::npos ? text : text.substr(0, nickname);
}

std::string target_name(const Snapshot& snapshot) {
  std::string name = snapshot.hostname.empty() ? std::string() : snapshot.hostname + "  ";
  name += "Apache";
  const std::string version = version_text(snapshot.httpd.version);
  if (!version.empty()) name += " " + version;
  std::string about = short_os(snapshot.os);
  if (!snapshot.httpd.mpm.empty()) about += (about.empty() ? "" : ", ") + snapshot.httpd.mpm;
  return about.empty() ? name : name + " (" + about + ")";
}

std::string counted(size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string_view risk_text(FixRisk risk) {
  switch (risk) {
    case FixRisk::safe:
      return "safe, reload only";
    case FixRisk::careful:
      return "careful, could break something";
    case FixRisk::decision:
      return "needs your decision";
  }
  return "";
}

std::string gap_text(const NotChecked& gap) {
  std::string text = gap.what;
  if (!gap.reason.empty()) text += ": " + gap.reason;
  if (!gap.remedy.empty()) text += " (" + gap.remedy + ")";
  return text;
}

}  // namespace stockade::report
