#include "rules/support/served_trees.h"

#include <algorithm>

#include "base/text.h"
#include "rules/support/paths.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Directive;

// "/icons/" -> "/icons"; "/" stays.
std::string url_prefix(std::string_view url) {
  while (url.size() > 1 && url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

void add_document_roots(const Snapshot& snapshot, ServedTrees& result) {
  for (const Setting& root : settings_of(snapshot, "DocumentRoot")) {
    if (root.directive == nullptr) continue;
    result.trees.push_back({path_argument(snapshot, root.directive->arg(0)), "/", root.directive,
                            root.servers.front()});
  }
}

void add_aliases(const Snapshot& snapshot, std::string_view name, ServedTrees& result) {
  for (const Directive* alias : snapshot.config.all(name)) {
    ServedTree tree;
    tree.directive = alias;
    tree.server = &snapshot.servers.of(*alias);
    if (alias->words.size() == 2) {
      tree.url = url_prefix(alias->arg(0));
      tree.path = path_argument(snapshot, alias->arg(1));
    } else if (const Directive* location = alias->enclosing("Location")) {
      tree.url = url_prefix(location->arg(0));
      tree.path = path_argument(snapshot, alias->arg(0));
    } else {
      continue;
    }
    result.trees.push_back(std::move(tree));
  }
}

void add_unresolved(const Snapshot& snapshot, ServedTrees& result) {
  for (std::string_view name : {"AliasMatch", "ScriptAliasMatch", "VirtualDocumentRoot",
                                "VirtualDocumentRootIP", "VirtualScriptAlias", "UserDir"}) {
    for (const Directive* d : in_force(snapshot.config, name)) {
      const bool off = d->is("UserDir") && equals_ignoring_case(d->arg(0), "disabled");
      if (!off) result.unresolved.push_back(d);
    }
  }
}

void keep_each_directory_once(std::vector<ServedTree>& trees) {
  const auto by_path = [](const ServedTree& a, const ServedTree& b) { return a.path < b.path; };
  const auto same = [](const ServedTree& a, const ServedTree& b) { return a.path == b.path; };
  std::stable_sort(trees.begin(), trees.end(), by_path);
  trees.erase(std::unique(trees.begin(), trees.end(), same), trees.end());
}

ServedTrees find_served_trees(const Snapshot& snapshot) {
  ServedTrees result;
  add_document_roots(snapshot, result);
  add_aliases(snapshot, "Alias", result);
  add_aliases(snapshot, "ScriptAlias", result);
  keep_each_directory_once(result.trees);
  add_unresolved(snapshot, result);
  return result;
}

}  // namespace

const ServedTree* ServedTrees::serving(std::string_view path) const {
  for (std::string_view above = path;; above = parent_path(above)) {
    const auto tree = std::lower_bound(
        trees.begin(), trees.end(), above,
        [](const ServedTree& t, std::string_view wanted) { return t.path < wanted; });
    if (tree != trees.end() && tree->path == above) return &*tree;
    if (above == "/" || above.empty()) return nullptr;
  }
}

const ServedTrees& served_trees(const Snapshot& snapshot) {
  return snapshot.derived.get<ServedTrees>([&] { return find_served_trees(snapshot); });
}

std::string url_of(const ServedTree& tree, std::string_view path) {
  const std::string_view below = tree.path == "/" ? path : path.substr(tree.path.size());
  return tree.url == "/" ? (below.empty() ? "/" : std::string(below))
                         : tree.url + std::string(below);
}

std::vector<ServedPath> served_paths(const Snapshot& snapshot, const ServedTrees& trees) {
  std::vector<ServedPath> result;
  for (const ServedTree& tree : trees.trees) {
    const bool inside_another =
        tree.path != "/" && trees.serving(parent_path(tree.path)) != nullptr;
    if (inside_another) continue;
    for (const auto& [path, facts] : snapshot.paths.below(tree.path)) {
      result.push_back({path, facts, trees.serving(path)});
    }
  }
  return result;
}

}  // namespace stockade::rules
