#include "audit/unknown_command.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "base/text.h"
#include "conf/versions.h"

namespace stockade::audit {
namespace {

constexpr std::string_view kUnknown = "Invalid command '";

std::string shown_version(uint32_t version) {
  return version % 100 == 0
             ? fmt::format("{}.{}", version / 10000, version / 100 % 100)
             : fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

// The modules of this version that would accept it.
std::vector<std::string_view> owners(std::string_view name, bool section, uint32_t version) {
  std::vector<std::string_view> modules;
  for (const conf::DirectiveInfo& row : conf::find_directive(name, section)) {
    if (conf::exists_in(row, version)) modules.push_back(row.module);
  }
  return modules;
}

// The first version that will have it; 0 where it is not a matter of age.
uint32_t comes_with(std::string_view name, bool section, uint32_t version) {
  uint32_t first = 0;
  for (const conf::DirectiveInfo& row : conf::find_directive(name, section)) {
    if (row.since > version && (first == 0 || row.since < first)) first = row.since;
  }
  return first;
}

std::string slip(std::string_view name, bool section) {
  std::vector<std::string_view> names;
  for (const conf::DirectiveInfo& row : conf::all_directives()) {
    if (row.section == section) names.push_back(row.name);
  }
  const auto near = nearest(name, names);
  return near ? fmt::format("{} may be meant", *near) : "";
}

}  // namespace

std::string remedy_for_unknown(std::string_view message, uint32_t version) {
  if (!message.starts_with(kUnknown)) return "";
  std::string_view name = message.substr(kUnknown.size());
  name = name.substr(0, name.find('\''));
  const bool section = name.starts_with('<');
  if (section) name.remove_prefix(1);

  std::vector<std::string> ways;
  if (const auto* gone = conf::replacement_of(name, section, version)) {
    const std::string version_of_end = shown_version(gone->until);
    if (gone->instead.starts_with("load ")) {
      return fmt::format("{} has moved with {}: {}", name, version_of_end, gone->instead);
    }
    const bool plain = gone->instead.starts_with("remove it");
    ways.push_back(fmt::format("{} is gone since {}: {}{}", name, version_of_end,
                               plain ? "" : "use ", gone->instead));
    if (plain) return ways.front();
  }
  const auto modules = owners(name, section, version);
  if (!modules.empty()) {
    ways.push_back(fmt::format("load {}", fmt::join(modules, " or ")));
  } else if (const uint32_t first = comes_with(name, section, version); first != 0) {
    ways.push_back(fmt::format("{} comes with httpd {}: this one is {}", name, shown_version(first),
                               shown_version(version)));
  }
  if (ways.empty()) return slip(name, section);
  return fmt::format("{}", fmt::join(ways, "; or "));
}

}  // namespace stockade::audit
