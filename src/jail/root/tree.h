// Builds the jail's root out of a plan: a directory in memory, and the host's own files bound into
// it, read-only. Nothing is copied but the two programs and the private keys.
//
// Runs in a mount namespace of its own: what is built goes with the last process in it, whatever
// ends that.
// Source: mount_setattr(2), open_tree(2), move_mount(2), pivot_root(2).
#pragma once

#include <string>

#include "base/result.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

struct TreeWishes {
  std::string staging;    // an empty directory to build at
  uint32_t root_uid = 0;  // who the jail's root is outside
  int owner_map = -1;     // what is root's is seen through it; -1: as it is
};

struct Tree {
  int secrets = -1;  // the directory of the private keys, open and writable; for refresh_secrets
};

// The caller is in a mount namespace of its own, which is made private here. An error of code
// EINVAL on "map owners" means that a file system cannot show its files under other owners.
Result<Tree> build_tree(const Plan& plan, const TreeWishes& wishes);

// Makes `staging` the root and leaves the old one behind.
Result<void> move_into(const std::string& staging);

// L1: the whole host, read-only but for what the plan writes to; /run is the jail's own. `staging`
// is made anew in it.
Result<void> build_read_only_host(const Plan& plan, const std::string& staging);

// Where L1 finds the files that were made for the jail.
inline constexpr std::string_view kGeneratedOnHost = "/run/stockade-made";

// The private keys anew, in the files that the jail has already: the kernel shows the new content
// at once. `secrets` is Tree::secrets. True: something had changed.
Result<bool> refresh_secrets(const Plan& plan, int secrets, uint32_t root_uid);

// The items of that kind in the order of the plan: their files are numbered by it.
std::vector<const Item*> items_of(const Plan& plan, ItemKind kind);

}  // namespace stockade::jail
