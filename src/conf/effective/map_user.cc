// UserDir: "/~name/..." to the folder of that user. Source: modules/mappers/mod_userdir.c.
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/mapping.h"

namespace stockade::conf {

namespace {

struct UserDirs {
  Found folders;
  bool disabled = false;
  std::vector<std::string_view> enabled_users;
  std::vector<std::string_view> disabled_users;
};

bool holds(const std::vector<std::string_view>& names, std::string_view name) {
  for (const std::string_view each : names) {
    if (equals_ignoring_case(each, name)) return true;
  }
  return false;
}

UserDirs read_lines(const Layers& layers) {
  UserDirs dirs;
  for (const Found& found : all_in(layers, "UserDir")) {
    if (found.layer->walk != Walk::server) continue;
    const Directive& d = *found.directive;
    const bool off = is_one_of(d.arg(0), "disable|disabled");
    const bool on = is_one_of(d.arg(0), "enable|enabled");
    if (!off && !on) {
      dirs.folders = found;
    } else if (d.words.size() == 1) {
      dirs.disabled = off;
    } else {
      auto& names = off ? dirs.disabled_users : dirs.enabled_users;
      for (size_t i = 1; i < d.words.size(); ++i) names.push_back(d.arg(i));
    }
  }
  return dirs;
}

// The home of a user in the machine's own list; others may know more users.
std::optional<std::string> home_of(const FileSystem& files, std::string_view user) {
  constexpr uint64_t kMost = 16u << 20;
  const auto text = files.read("/etc/passwd", kMost);
  if (!text) return std::nullopt;
  for (const std::string_view line : split(*text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() >= 6 && fields[0] == user) return std::string(fields[5]);
  }
  return std::nullopt;
}

bool send_away(Mapping& mapping, std::string url, const Found& found) {
  mapping.out.status = 302;
  mapping.step("UserDir", "302 " + url, found);
  mapping.out.location = std::move(url);
  return true;
}

}  // namespace

// A URL without a star is a redirect by the documentation. 2.4.71 takes it for a folder at home, as
// tried; which version was the first to do so is not known.
constexpr uint32_t kUrlsWantStars = 20471;

bool map_by_user(Mapping& mapping) {
  const std::string& path = mapping.facts.path;
  if (!path.starts_with("/~")) return false;
  const UserDirs dirs = read_lines(mapping.layers);
  const size_t slash = path.find('/', 2);
  const std::string user = path.substr(2, slash == std::string::npos ? slash : slash - 2);
  const std::string rest = slash == std::string::npos ? "" : path.substr(slash);
  if (!dirs.folders || user.empty() || user == "." || user == "..") return false;
  if (holds(dirs.disabled_users, user)) return false;
  if (dirs.disabled && !holds(dirs.enabled_users, user)) return false;
  const auto& words = dirs.folders.directive->words;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view folder = words[i].text;
    const bool absolute = folder.starts_with('/');
    const size_t star = folder.find('*');
    const bool has_star = star != std::string_view::npos;
    const std::string prefix(has_star ? folder.substr(0, star) : std::string_view());
    if (has_star) folder.remove_prefix(star + 1);
    std::string name;
    if (has_star && prefix.find(':') != std::string::npos) {
      // What stands behind the star is lost.
      return send_away(mapping, prefix + user + rest, dirs.folders);
    }
    if (folder.empty() || absolute) {
      name = has_star ? prefix + user + std::string(folder) : std::string(folder) + "/" + user;
    } else if (!has_star && folder.find(':') != std::string_view::npos &&
               mapping.world->version < kUrlsWantStars) {
      return mapping.wonder("whether this httpd redirects to a URL without a star", dirs.folders);
    } else {
      const auto home = home_of(mapping.world->files, user);
      if (!home) {
        return mapping.wonder("where the user " + user + " is at home", dirs.folders);
      }
      name = *home + "/" + std::string(folder);
    }
    if (i + 1 < words.size() && !mapping.world->files.status(name)) continue;
    mapping.out.context_prefix = path.substr(0, path.size() - rest.size());
    mapping.out.context_root = name;
    mapping.step("UserDir", name + rest, dirs.folders);
    mapping.out.filename = name + rest;
    return true;
  }
  return false;
}

}  // namespace stockade::conf
