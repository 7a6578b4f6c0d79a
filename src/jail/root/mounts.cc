#include "jail/root/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/live_file_system.h"
#include "base/text.h"

namespace stockade::jail {
namespace {

// --- kernels before Linux 5.12 (5.2 for open_tree): the same by mount(2), mount by mount

struct OldMount {
  std::string at;
  unsigned long flags = 0;
};

unsigned long flags_of(std::string_view options) {
  unsigned long flags = 0;
  for (const std::string_view option : split(options, ',')) {
    if (option == "ro") flags |= MS_RDONLY;
    if (option == "nosuid") flags |= MS_NOSUID;
    if (option == "nodev") flags |= MS_NODEV;
    if (option == "noexec") flags |= MS_NOEXEC;
    if (option == "noatime") flags |= MS_NOATIME;
    if (option == "nodiratime") flags |= MS_NODIRATIME;
    if (option == "relatime") flags |= MS_RELATIME;
  }
  return flags;
}

// As proc(5) writes them: "\\040" is a blank.
std::string plain(std::string_view name) {
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 3 < name.size()) {
      text += static_cast<char>((name[i + 1] - '0') * 64 + (name[i + 2] - '0') * 8 +
                                (name[i + 3] - '0'));
      i += 3;
    } else {
      text += name[i];
    }
  }
  return text;
}

// The mount at `at`, and with `recursive` those below it. The last one at a place is what is seen.
Result<std::vector<OldMount>> mounts_at(const std::string& at, bool recursive) {
  const auto text = LiveFileSystem().read("/proc/self/mountinfo", 16 << 20);
  if (!text) return fail(text.error());
  std::vector<OldMount> found;
  for (const std::string_view line : split(*text, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() < 6) continue;
    OldMount mount{plain(words[4]), flags_of(words[5])};
    if (mount.at == at || (recursive && is_within(mount.at, at))) found.push_back(std::move(mount));
  }
  return found;
}

Result<void> remount(const std::string& at, bool recursive, unsigned long set,
                     unsigned long clear) {
  const auto mounts = mounts_at(at, recursive);
  if (!mounts) return fail(mounts.error());
  for (const OldMount& one : *mounts) {
    const unsigned long flags = MS_REMOUNT | MS_BIND | ((one.flags | set) & ~clear);
    // One that another mount hides, or that is gone by now, cannot be reached by anybody.
    if (mount(nullptr, one.at.c_str(), nullptr, flags, nullptr) != 0 && one.at == at)
      return fail_errno("change the mount at", one.at, errno);
  }
  return {};
}

unsigned long old_flags(uint64_t attributes) {
  unsigned long flags = 0;
  if ((attributes & MOUNT_ATTR_RDONLY) != 0) flags |= MS_RDONLY;
  if ((attributes & MOUNT_ATTR_NOSUID) != 0) flags |= MS_NOSUID;
  if ((attributes & MOUNT_ATTR_NODEV) != 0) flags |= MS_NODEV;
  if ((attributes & MOUNT_ATTR_NOEXEC) != 0) flags |= MS_NOEXEC;
  return flags;
}

Result<void> bind_mount_by_steps(const std::string& source, const std::string& at,
                                 const mount_attr& attributes, int owner_map) {
  if (owner_map >= 0) return fail_errno("map owners of", source, ENOSYS);
  if (mount(source.c_str(), at.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return fail_errno("mount in the jail", at, errno);
  return remount(at, true, old_flags(attributes.attr_set), old_flags(attributes.attr_clr));
}

}  // namespace

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
  if (mount_setattr(AT_FDCWD, at.c_str(), flags, &attributes, sizeof attributes) == 0) return {};
  if (errno == ENOSYS) return remount(at, recursive, old_flags(set), old_flags(clear));
  return fail_errno("change the mount at", at, errno);
}

Result<void> bind_mount(const std::string& source, const std::string& at,
                        const BindWishes& wishes) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  if (!wishes.device) attributes.attr_set |= MOUNT_ATTR_NODEV;
  if (!wishes.executable) attributes.attr_set |= MOUNT_ATTR_NOEXEC;
  if (wishes.writable) {
    attributes.attr_clr = MOUNT_ATTR_RDONLY;
  } else {
    attributes.attr_set |= MOUNT_ATTR_RDONLY;
  }
  const Descriptor tree(
      open_tree(AT_FDCWD, source.c_str(),
                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | AT_RECURSIVE));
  if (!tree && errno == ENOSYS)
    return bind_mount_by_steps(source, at, attributes, wishes.owner_map);
  if (!tree) return fail_errno("take for the jail", source, errno);
  if (mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) !=
      0) {
    if (errno == ENOSYS) return bind_mount_by_steps(source, at, attributes, wishes.owner_map);
    return fail_errno("limit in the jail", source, errno);
  }
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
