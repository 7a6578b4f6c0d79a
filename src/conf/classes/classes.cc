#include "conf/classes/classes.h"

#include <unordered_set>

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/classes/matching_text.h"
#include "conf/effective/glob.h"
#include "conf/effective/layers.h"
#include "conf/effective/uri.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

constexpr size_t kNowhere = static_cast<size_t>(-1);
constexpr const char* kNoExample = "no text was found that the expression matches";

bool is_expression(const Directive& d) {
  return ends_with_ignoring_case(d.name, "Match") || d.arg(0) == "~";
}
std::string_view argument_of(const Directive& d) {
  return d.arg(!ends_with_ignoring_case(d.name, "Match") && d.arg(0) == "~" ? 1 : 0);
}

// "/a*b?" -> "/aab": a text that the wildcard matches, or empty.
std::string from_wildcard(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) text += c == '*' || c == '?' ? 'a' : c;
  return matches_path(pattern, text) ? text : "";
}

std::string joined(std::string_view folder, std::string_view rest) {
  std::string path(folder);
  if (!path.ends_with('/')) path += '/';
  return path + std::string(rest.substr(rest.starts_with('/') ? 1 : 0));
}

PathClass prefix_class(std::string_view prefix, Said by) {
  PathClass made;
  made.label = prefix == "/" ? "/ and below" : std::string(prefix) + " and below";
  made.example = escape_path(prefix);
  made.by = std::move(by);
  return made;
}

bool has_names(const Directive& section) {
  for (const Directive& d : children_of(section)) {
    if (d.is("Files") || d.is("FilesMatch")) return true;
  }
  return false;
}

// Of a redirect: where its path stands.
size_t path_argument(const Directive& d) {
  if (!d.is("Redirect") && !d.is("RedirectMatch")) return 0;
  const std::string_view first = d.arg(0);
  const bool status = is_one_of(first, "permanent|temp|seeother|gone") || parse_number(first);
  return status ? 1 : 0;
}

}  // namespace

PathClasses::PathClasses(const World& world, const ClassOptions& options) : world_(world) {
  for (const Server& server : world.servers.all) read(server, parts_[&server]);
  place_main_directories();
  find_password_files();
  uint32_t left = options.most_entries;
  if (left == 0) return;
  for (size_t tree = 0; tree < trees_.size(); ++tree) {
    list_folder(tree, trees_[tree].path, 0, left);
  }
}

Said PathClasses::said_of(const Directive& d) const {
  std::string text = (d.section ? "<" : "") + std::string(d.name);
  const std::string_view args = d.section ? d.args.substr(0, d.args.rfind('>')) : d.args;
  if (!args.empty()) text += " " + std::string(args);
  return {place_of(world_.config, d), text + (d.section ? ">" : "")};
}

void PathClasses::read(const Server& server, Part& part) {
  const Children body =
      server.is_main() ? world_.config.outside_hosts() : children_of(*server.section);
  for (const Directive& d : body) {
    ++work_;
    if (d.section) {
      read_section(d, part);
    } else {
      read_directive(d, part);
    }
  }
}

void PathClasses::read_section(const Directive& d, Part& part) {
  if (d.is("Location") || d.is("LocationMatch")) {
    const std::string_view wanted = argument_of(d);
    if (is_expression(d)) {
      add_expression(d, wanted, part);
    } else if (has_wildcard(wanted)) {
      PathClass made{std::string(wanted), escape_path(from_wildcard(wanted)), "", said_of(d)};
      if (made.example.empty()) made.not_checked = "no URL was found that the wildcard matches";
      part.urls.push_back(std::move(made));
    } else {
      add_prefix(d, wanted, part);
    }
  } else if (d.is("Directory") || d.is("DirectoryMatch")) {
    part.directories.push_back(&d);
  } else if (d.is("Files") || d.is("FilesMatch")) {
    part.names.push_back(&d);
  }
}

void PathClasses::read_directive(const Directive& d, Part& part) {
  if (d.is("DocumentRoot")) {
    part.has_root = true;
    add_mount(d, "/", d.arg(0), part);
  } else if (d.is("Alias") || d.is("ScriptAlias")) {
    add_mount(d, d.arg(0), d.arg(1), part);
  } else if (is_one_of(d.name, "AliasMatch|ScriptAliasMatch|ProxyPassMatch")) {
    add_expression(d, d.arg(0), part);
  } else if (d.is("ProxyPass")) {
    add_prefix(d, d.arg(0), part);
  } else if (is_one_of(d.name, "Redirect|RedirectTemp|RedirectPermanent")) {
    add_prefix(d, d.arg(path_argument(d)), part);
  } else if (d.is("RedirectMatch")) {
    add_expression(d, d.arg(path_argument(d)), part);
  } else if (d.is("RewriteRule")) {
    if (!d.arg(0).starts_with('!')) add_expression(d, d.arg(0), part);
  } else if (d.is("UserDir") && !d.has_arg("disabled")) {
    part.urls.push_back({"/~user and below", "/~user/", "", said_of(d)});
  }
}

void PathClasses::add_prefix(const Directive& d, std::string_view prefix, Part& part) const {
  if (!prefix.starts_with('/')) return;
  part.urls.push_back(prefix_class(prefix, said_of(d)));
}

void PathClasses::add_expression(const Directive& d, std::string_view expression,
                                 Part& part) const {
  PathClass made{"URLs like " + std::string(expression), "", "", said_of(d)};
  const auto text = matching_text(expression, "/");
  if (text && text->starts_with('/')) {
    made.example = escape_path(*text);
  } else {
    made.not_checked = kNoExample;
  }
  part.urls.push_back(std::move(made));
}

void PathClasses::add_mount(const Directive& d, std::string_view url, std::string_view path,
                            Part& part) {
  if (path.empty() || !url.starts_with('/')) return;
  const std::string folder = absolute_path(world_.config.server_root, path);
  const auto [found, fresh] = tree_by_path_.try_emplace(folder, trees_.size());
  if (fresh) trees_.push_back({folder, {}});
  if (d.is("DocumentRoot")) {
    std::erase_if(part.mounts, [](const Mount& mount) { return mount.url == "/"; });
  }
  part.mounts.push_back({std::string(url), found->second, said_of(d)});
}

size_t PathClasses::tree_of(std::string_view path) const {
  while (true) {
    if (const auto found = tree_by_path_.find(path); found != tree_by_path_.end()) {
      return found->second;
    }
    if (path.size() <= 1) return kNowhere;
    path = parent_path(path);
  }
}

// Sections of the main server hold for every virtual host: they are kept with the tree.
void PathClasses::place_main_directories() {
  for (const Directive* d : parts_[&world_.servers.main()].directories) {
    if (is_expression(*d) || has_wildcard(argument_of(*d))) continue;
    const std::string folder = normal_path(argument_of(*d));
    const size_t tree = tree_of(folder);
    if (tree == kNowhere) continue;
    const std::string& top = trees_[tree].path;
    if (folder.size() <= top.size()) continue;
    const size_t cut = top == "/" ? 1 : top.size() + 1;
    trees_[tree].inside.push_back({folder.substr(cut) + "/", " and below", said_of(*d)});
  }
}

void PathClasses::find_password_files() {
  for (const char* name : {"AuthUserFile", "AuthGroupFile", "AuthDigestFile"}) {
    for (const Directive* d : world_.config.all(name)) {
      ++work_;
      const std::string file = absolute_path(world_.config.server_root, d->arg(0));
      const size_t tree = tree_of(file);
      if (tree == kNowhere || file.size() <= trees_[tree].path.size()) continue;
      const size_t cut = trees_[tree].path == "/" ? 1 : trees_[tree].path.size() + 1;
      trees_[tree].inside.push_back({file.substr(cut), ", a password file", said_of(*d), true});
    }
  }
}

void PathClasses::add_names(const Directive& d, const std::string& url, const std::string& where,
                            std::vector<PathClass>& out) const {
  const std::string_view wanted = argument_of(d);
  PathClass made;
  made.by = said_of(d);
  std::string name(wanted);
  if (is_expression(d)) {
    made.label = "files like " + std::string(wanted) + " below " + where;
    name = matching_text(wanted, "").value_or("");
    if (name.empty()) made.not_checked = kNoExample;
  } else {
    made.label = std::string(wanted) + " below " + where;
    if (has_wildcard(wanted)) name = from_wildcard(wanted);
  }
  if (name.empty() || name.find('/') != std::string::npos) {
    if (made.not_checked.empty()) made.not_checked = kNoExample;
  } else {
    made.example = escape_path(joined(url, name));
  }
  out.push_back(std::move(made));
}

void PathClasses::add_directory(const Directive& d, const std::vector<Mount>& mounts,
                                std::vector<PathClass>& out) const {
  const std::string_view wanted = argument_of(d);
  std::string folder(wanted);
  const bool pattern = is_expression(d) || has_wildcard(wanted);
  if (is_expression(d)) folder = matching_text(wanted, "/").value_or("");
  if (!is_expression(d) && pattern) folder = from_wildcard(wanted);
  folder = folder.empty() ? folder : normal_path(folder);
  for (const Mount& mount : mounts) {
    const std::string& top = trees_[mount.tree].path;
    if (folder.empty() || !is_within(folder, top)) continue;
    std::string url = joined(mount.url, folder.substr(top == "/" ? 1 : top.size()));
    if (!url.ends_with('/')) url += '/';
    out.push_back({pattern ? "folders like " + std::string(wanted) : url + " and below",
                   escape_path(url), "", said_of(d)});
    for (const Directive& inner : children_of(d)) {
      if (inner.is("Files") || inner.is("FilesMatch")) add_names(inner, url, url, out);
    }
    return;
  }
  if (pattern) {
    out.push_back({"folders like " + std::string(wanted), "",
                   "no served folder was found that it matches", said_of(d)});
  }
}

std::vector<PathClass> PathClasses::of(const Server& server) const {
  const Part& own = parts_.at(&server);
  const Part& shared = parts_.at(&world_.servers.main());
  std::vector<PathClass> all{{"everything else", "/", "", {}}};
  std::vector<Mount> mounts = own.mounts;
  std::vector<const Part*> parts{&own};
  if (&own != &shared) {
    parts.push_back(&shared);
    for (const Mount& mount : shared.mounts) {
      if (mount.url != "/" || !own.has_root) mounts.push_back(mount);
    }
  }
  for (const Mount& mount : mounts) {
    if (mount.url == "/") all.front().by = mount.by;
  }
  for (const Part* part : parts) all.insert(all.end(), part->urls.begin(), part->urls.end());
  for (const Mount& mount : mounts) {
    if (mount.url != "/") all.push_back(prefix_class(mount.url, mount.by));
    for (const Inside& inside : trees_[mount.tree].inside) {
      const std::string url = joined(mount.url, inside.path);
      all.push_back({url + inside.label, escape_path(url), "", inside.by, inside.delicate});
    }
  }
  const std::string top = mounts.empty() ? "/" : mounts.front().url;
  for (const Part* part : parts) {
    for (const Directive* d : part->directories) {
      const bool placed =
          part == &shared && !is_expression(*d) && !has_wildcard(argument_of(*d)) && !has_names(*d);
      if (!placed) add_directory(*d, mounts, all);
    }
    for (const Directive* d : part->names) add_names(*d, top, "every folder", all);
  }
  std::unordered_set<std::string> seen;
  std::erase_if(all, [&seen](const PathClass& one) {
    const std::string& key = one.example.empty() ? one.label : one.example;
    return !seen.insert(key).second;
  });
  return all;
}

}  // namespace stockade::conf
