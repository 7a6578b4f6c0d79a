// What lies in the served trees and is seldom meant to be served.
#include <cerrno>

#include "base/text.h"
#include "conf/classes/classes.h"

namespace stockade::conf {

namespace {

constexpr uint32_t kDeepestFolder = 3;  // folders below a tree's own
constexpr size_t kMostOfOneTree = 40;   // classes that its files make

struct Telling {
  std::string_view end;
  std::string_view what;
};
constexpr Telling kEnds[] = {
    {".bak", "a backup"},      {".old", "a backup"},      {".orig", "a backup"},
    {".swp", "a backup"},      {"~", "a backup"},         {".sql", "a database dump"},
    {".sqlite", "a database"}, {".key", "a private key"}, {".pem", "a certificate or key"},
    {".inc", "source text"},   {".log", "a log"},
};
constexpr Telling kNames[] = {
    {".git", "version control"}, {".svn", "version control"}, {".hg", "version control"},
    {".htpasswd", "passwords"},  {".env", "settings"},        {".htaccess", "configuration"},
};

std::string_view telling(std::string_view name) {
  for (const Telling& known : kNames) {
    if (name == known.end) return known.what;
  }
  for (const Telling& known : kEnds) {
    if (ends_with_ignoring_case(name, known.end)) return known.what;
  }
  return "";
}

}  // namespace

void PathClasses::look_at_name(size_t tree, const std::string& path, const std::string& name) {
  std::vector<Inside>& inside = trees_[tree].inside;
  if (inside.size() >= kMostOfOneTree) return;
  const std::string& top = trees_[tree].path;
  const std::string relative = path.substr(top == "/" ? 1 : top.size() + 1);
  const Said by{{path, 0}, ""};
  if (name == ".git" || name == ".svn" || name == ".hg") {
    const std::string inner = name == ".git" ? "/HEAD" : name == ".svn" ? "/entries" : "/requires";
    inside.push_back({relative + inner, ", version control", by, true});
    return;
  }
  if (name == ".htaccess") {
    const std::string folder = relative.substr(0, relative.size() - name.size());
    if (!folder.empty()) inside.push_back({folder, " and below (its .htaccess)", by});
  }
  if (const std::string_view what = telling(name); !what.empty()) {
    inside.push_back({relative, ", " + std::string(what), by, true});
  }
}

void PathClasses::list_folder(size_t tree, const std::string& folder, uint32_t depth,
                              uint32_t& left) {
  const auto names = world_.files.list(folder);
  if (!names) {
    const int code = names.error().code;
    if (code != ENOENT && code != ENOTDIR) unlisted_.push_back(folder);
    return;
  }
  for (const std::string& name : *names) {
    if (left == 0) {
      unlisted_.push_back(folder);
      return;
    }
    --left;
    ++work_;
    const std::string path = folder == "/" ? "/" + name : folder + "/" + name;
    look_at_name(tree, path, name);
    // A tree within a tree is listed as its own; links are judged where they lead.
    if (tree_by_path_.contains(path)) continue;
    const auto status = world_.files.link_status(path);
    if (!status || status->type != FileType::directory || name == ".git") continue;
    if (depth + 1 > kDeepestFolder) {
      unlisted_.push_back(path);
      continue;
    }
    list_folder(tree, path, depth + 1, left);
  }
}

}  // namespace stockade::conf
