// The directories of the machine that URLs lead to.
#pragma once

#include <string>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct ServedTree {
  std::string path;                            // normalised, absolute
  std::string url;                             // of its root: "/" or "/icons"
  const conf::Directive* directive = nullptr;  // its DocumentRoot, Alias or ScriptAlias
  const conf::Server* server = nullptr;        // the first one that serves it
};

struct ServedTrees {
  std::vector<ServedTree> trees;  // each directory once, in byte order of path
  // What serves directories that the configuration alone does not name: AliasMatch, UserDir,
  // VirtualDocumentRoot.
  std::vector<const conf::Directive*> unresolved;

  // The innermost tree that `path` (normalised) lies in, or null.
  const ServedTree* serving(std::string_view path) const;
};

const ServedTrees& served_trees(const Snapshot& snapshot);

// The URL path that leads to `path`, which lies in `tree`.
std::string url_of(const ServedTree& tree, std::string_view path);

// A path that is recorded below a served tree. No path comes twice, however the trees overlap.
struct ServedPath {
  std::string_view path;
  const host::PathFacts* facts = nullptr;
  const ServedTree* tree = nullptr;  // the innermost one
};
std::vector<ServedPath> served_paths(const Snapshot& snapshot, const ServedTrees& trees);

}  // namespace stockade::rules
