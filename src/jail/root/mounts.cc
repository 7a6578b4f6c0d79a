#include "jail/root/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace stockade::jail {

Result<void> mount_memory(const std::string& at, const std::string& options, bool executable) {
  const unsigned long flags = MS_NOSUID | MS_NODEV | (executable ? 0 : MS_NOEXEC);
  if (mount("stockade", at.c_str(), "tmpfs", flags, options.c_str()) != 0)
    return fail_errno("mount a directory in memory at", at, errno);
  return {};
}

Result<void> change_mount(const std::string& at, uint64_t set, uint64_t clear, bool recursive) {
  mount_attr attributes{};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  const unsigned flags = AT_SYMLINK_NOFOLLOW | (recursive ? AT_RECURSIVE : 0u);
  if (mount_setattr(AT_FDCWD, at.c_str(), flags, &attributes, sizeof attributes) != 0)
    return fail_errno("change the mount at", at, errno);
  return {};
}

Result<void> bind_mount(const std::string& source, const std::string& at,
                        const BindWishes& wishes) {
  const Descriptor tree(
      open_tree(AT_FDCWD, source.c_str(),
                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | AT_RECURSIVE));
  if (!tree) return fail_errno("take for the jail", source, errno);
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  if (!wishes.device) attributes.attr_set |= MOUNT_ATTR_NODEV;
  if (!wishes.executable) attributes.attr_set |= MOUNT_ATTR_NOEXEC;
  if (wishes.writable) {
    attributes.attr_clr = MOUNT_ATTR_RDONLY;
  } else {
    attributes.attr_set |= MOUNT_ATTR_RDONLY;
  }
  if (mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) !=
      0)
    return fail_errno("limit in the jail", source, errno);
  if (wishes.owner_map >= 0) {
    mount_attr owners{};
    owners.attr_set = MOUNT_ATTR_IDMAP;
    owners.userns_fd = static_cast<uint64_t>(wishes.owner_map);
    if (mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &owners, sizeof owners) != 0)
      return fail_errno("map owners of", source, errno);
  }
  if (move_mount(tree.get(), "", AT_FDCWD, at.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
    return fail_errno("mount in the jail", at, errno);
  return {};
}

}  // namespace stockade::jail
