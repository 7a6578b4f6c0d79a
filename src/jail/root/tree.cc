#include "jail/root/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "base/descriptor.h"
#include "base/live_file_system.h"
#include "base/write_file.h"
#include "jail/root/mounts.h"

namespace stockade::jail {
namespace {

constexpr uint64_t kLargestSecret = 4ull << 20;

// "/a/b/c" below `staging`, whatever of it is missing.
Result<void> make_directories(const std::string& staging, std::string_view path) {
  for (size_t end = 1; end != std::string_view::npos && end <= path.size();) {
    end = path.find('/', end);
    const std::string at = staging + std::string(path.substr(0, end));
    if (mkdir(at.c_str(), 0755) != 0 && errno != EEXIST)
      return fail_errno("make the directory", at, errno);
    if (end != std::string_view::npos) ++end;
  }
  return {};
}

Result<void> make_parents(const std::string& staging, std::string_view path) {
  const std::string_view parent = parent_path(path);
  return parent == "/" ? Result<void>() : make_directories(staging, parent);
}

// What a file is mounted on.
Result<void> make_mount_point(const std::string& staging, const Item& item) {
  if (item.directory) return make_directories(staging, item.path);
  if (auto made = make_parents(staging, item.path); !made) return made;
  const std::string at = staging + item.path;
  const Descriptor file(open(at.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0));
  // In a directory of the host the file is there already.
  if (!file && errno != EROFS && errno != EACCES) return fail_errno("make the file", at, errno);
  return {};
}

Result<void> write_new(int directory, const std::string& name, std::string_view text,
                       uint32_t owner, uint32_t mode) {
  const Descriptor file(
      openat(directory, name.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail_errno("write", name, errno);
  if (auto written = write_all(file.get(), text, name); !written) return written;
  if (fchown(file.get(), owner, owner) != 0 || fchmod(file.get(), mode) != 0)
    return fail_errno("give away", name, errno);
  return {};
}

// The same of a file of any size, without bringing it into this process.
Result<void> copy_new(int directory, const std::string& name, const std::string& source,
                      uint32_t owner, uint32_t mode) {
  const Descriptor from(open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (!from || fstat(from.get(), &status) != 0) return fail_errno("read", source, errno);
  if (auto made = write_new(directory, name, "", owner, mode); !made) return made;
  const Descriptor to(openat(directory, name.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  for (off_t done = 0; done < status.st_size;) {
    const ssize_t sent =
        sendfile(to.get(), from.get(), &done, static_cast<size_t>(status.st_size - done));
    if (sent <= 0) return fail_errno("copy into the jail", source, sent < 0 ? errno : EIO);
  }
  return {};
}

std::string number_name(size_t index) { return std::to_string(index); }

// Mounts and fills the directories that copies lie in while the tree is built.
class Builder {
 public:
  Builder(const Plan& plan, const TreeWishes& wishes) : plan_(plan), wishes_(wishes) {}

  Result<Tree> build() {
    return start()
        .and_then([&] { return copy_programs(); })
        .and_then([&] { return copy_secrets(); })
        .and_then([&] { return place_all(); })
        .and_then([&] { return finish(); })
        .map([&] { return Tree{secrets_.release()}; });
  }

 private:
  Result<void> start() {
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return fail_errno("keep mounts to", "this process", errno);
    return mount_memory(wishes_.staging, "mode=755,size=16m,nr_inodes=8192", false);
  }

  Result<void> copy_programs() {
    if (auto made = make_directories(wishes_.staging, kPrograms); !made) return made;
    if (auto mounted = mount_memory(wishes_.staging + kPrograms, "mode=755,size=256m", true);
        !mounted)
      return mounted;
    const Descriptor directory(
        open((wishes_.staging + kPrograms).c_str(), O_DIRECTORY | O_CLOEXEC));
    size_t index = 0;
    for (const Item* item : items_of(plan_, ItemKind::program)) {
      // Only the jail's root starts it: no CGI and no worker can.
      if (auto done =
              copy_new(directory.get(), number_name(index++), item->source, wishes_.root_uid, 0500);
          !done)
        return done;
    }
    return {};
  }

  Result<void> copy_secrets() {
    if (auto made = make_directories(wishes_.staging, kSecrets); !made) return made;
    if (auto mounted = mount_memory(wishes_.staging + kSecrets, "mode=755,size=16m", false);
        !mounted)
      return mounted;
    secrets_ = Descriptor(open((wishes_.staging + kSecrets).c_str(), O_DIRECTORY | O_CLOEXEC));
    return refresh_secrets(plan_, secrets_.get(), wishes_.root_uid).map([](bool) {});
  }

  Result<void> place_all() {
    size_t program = 0;
    size_t secret = 0;
    for (const Item& item : plan_.items) {
      Result<void> done;
      if (item.kind == ItemKind::program) {
        done = place_copy(item, kPrograms + "/" + number_name(program++), true);
      } else if (item.kind == ItemKind::secret) {
        done = place_copy(item, kSecrets + "/" + number_name(secret++), false);
      } else {
        done = place(item);
      }
      if (!done) return done;
    }
    return {};
  }

  Result<void> place_copy(const Item& item, const std::string& copy, bool executable) {
    BindWishes wishes;
    wishes.executable = executable;
    return make_mount_point(wishes_.staging, item).and_then([&] {
      return bind_mount(wishes_.staging + copy, wishes_.staging + item.path, wishes);
    });
  }

  Result<void> place(const Item& item) {
    const std::string at = wishes_.staging + item.path;
    if (item.kind == ItemKind::link) {
      return make_parents(wishes_.staging, item.path).and_then([&]() -> Result<void> {
        if (symlink(item.source.c_str(), at.c_str()) != 0 && errno != EEXIST)
          return fail_errno("make the link", at, errno);
        return {};
      });
    }
    if (item.kind == ItemKind::generated) return place_generated(item);
    if (auto made = make_mount_point(wishes_.staging, item); !made) return made;
    if (item.kind == ItemKind::runtime) {
      const uint32_t owner = item.owner == 0 ? wishes_.root_uid : item.owner;
      char options[96];
      snprintf(options, sizeof options, "mode=%o,uid=%u,gid=%u,size=256m", item.mode, owner, owner);
      return mount_memory(at, options, false);
    }
    BindWishes bind;
    bind.writable = item.writable();
    bind.executable = item.executable();
    bind.device = item.kind == ItemKind::device;
    const bool is_roots = item.writable() || item.kind == ItemKind::config;
    if (is_roots) bind.owner_map = wishes_.owner_map;
    return bind_mount(item.source, at, bind);
  }

  Result<void> place_generated(const Item& item) {
    if (auto made = make_parents(wishes_.staging, item.path); !made) return made;
    const Descriptor directory(open((wishes_.staging + std::string(parent_path(item.path))).c_str(),
                                    O_DIRECTORY | O_CLOEXEC));
    return write_new(directory.get(), std::string(file_name(item.path)), item.content, 0,
                     item.mode);
  }

  Result<void> finish() {
    // What was bound from them stays; the writable directories themselves are nowhere any more.
    for (const std::string& name : {kPrograms, kSecrets}) {
      const std::string at = wishes_.staging + name;
      if (umount2(at.c_str(), MNT_DETACH) != 0 || rmdir(at.c_str()) != 0)
        return fail_errno("take away", at, errno);
    }
    return change_mount(wishes_.staging, MOUNT_ATTR_RDONLY, 0, false);
  }

  inline static const std::string kPrograms = "/.programs";
  inline static const std::string kSecrets = "/.secrets";
  const Plan& plan_;
  const TreeWishes& wishes_;
  Descriptor secrets_;
};

std::string content_of(int directory, const std::string& name) {
  const Descriptor file(openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string text;
  std::array<char, 8192> part{};
  for (ssize_t got = 0; file && (got = read(file.get(), part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<size_t>(got));
  }
  return text;
}

}  // namespace

std::vector<const Item*> items_of(const Plan& plan, ItemKind kind) {
  std::vector<const Item*> found;
  for (const Item& item : plan.items) {
    if (item.kind == kind) found.push_back(&item);
  }
  return found;
}

Result<Tree> build_tree(const Plan& plan, const TreeWishes& wishes) {
  return Builder(plan, wishes).build();
}

Result<bool> refresh_secrets(const Plan& plan, int secrets, uint32_t root_uid) {
  bool changed = false;
  size_t index = 0;
  for (const Item* item : items_of(plan, ItemKind::secret)) {
    const std::string name = number_name(index++);
    // By the name that the configuration says: a renewal may have made it a link to another file.
    const auto bytes = LiveFileSystem().read(item->path, kLargestSecret);
    if (!bytes) return fail(bytes.error());
    if (content_of(secrets, name) == *bytes) continue;
    changed = true;
    if (auto done = write_new(secrets, name, *bytes, root_uid, 0400); !done)
      return fail(done.error());
  }
  return changed;
}

Result<void> move_into(const std::string& staging) {
  if (chdir(staging.c_str()) != 0) return fail_errno("enter", staging, errno);
  if (syscall(SYS_pivot_root, ".", ".") != 0) return fail_errno("make the root of", staging, errno);
  if (umount2(".", MNT_DETACH) != 0) return fail_errno("leave", "the host's root", errno);
  if (chdir("/") != 0) return fail_errno("enter", "/", errno);
  return {};
}

namespace {

Result<void> mount_runtime(const Item& item) {
  char options[96];
  snprintf(options, sizeof options, "mode=%o,uid=%u,gid=%u,size=256m", item.mode, item.owner,
           item.owner);
  return mount_memory(item.path, options, false);
}

// An empty directory in memory takes the place of one of the host's; what the plan takes from there
// stays where it is.
Result<void> replace_with_memory(const Plan& plan, const std::string& directory,
                                 const std::string& options) {
  std::vector<std::pair<const Item*, Descriptor>> kept;
  for (const Item& item : plan.items) {
    if (item.source.empty() || item.kind == ItemKind::link || !is_within(item.source, directory))
      continue;
    kept.emplace_back(&item, open_tree(AT_FDCWD, item.source.c_str(),
                                       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  }
  if (auto mounted = mount_memory(directory, options, false); !mounted) return mounted;
  for (const auto& [item, tree] : kept) {
    Item place = *item;
    place.path = item->source;
    if (auto made = make_mount_point("", place); !made) return made;
    if (move_mount(tree.get(), "", AT_FDCWD, item->source.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
      return fail_errno("mount in the jail", item->source, errno);
  }
  return {};
}

bool is_replaced(const Item& item) {
  return item.kind == ItemKind::runtime && !is_within(item.path, "/run");
}

// A /run and a /tmp of the jail's own, with the directories that the services look for.
Result<void> replace_directories(const Plan& plan, const std::string& staging) {
  if (auto done = replace_with_memory(plan, "/run", "mode=755,size=64m"); !done) return done;
  for (const Item& item : plan.items) {
    struct stat status{};
    if (!is_replaced(item) || stat(item.path.c_str(), &status) != 0) continue;
    char options[96];
    snprintf(options, sizeof options, "mode=%o,uid=%u,gid=%u,size=256m", item.mode, item.owner,
             item.owner);
    if (auto done = replace_with_memory(plan, item.path, options); !done) return done;
  }
  if (auto made = make_directories("", staging); !made) return made;
  for (const Item& item : plan.items) {
    if (item.kind == ItemKind::runtime && is_within(item.path, "/run")) {
      if (auto made = make_directories("", item.path); !made) return made;
    }
    if (item.kind != ItemKind::generated) continue;
    const std::string at = std::string(kGeneratedOnHost) + item.path;
    if (auto made = make_parents("", at); !made) return made;
    if (auto written = write_file(at, item.content, item.mode); !written) return written;
  }
  return {};
}

Result<void> make_writable(const Item& item) {
  struct stat status{};
  if (item.kind == ItemKind::state || item.kind == ItemKind::log) {
    BindWishes wishes;
    wishes.writable = true;
    return bind_mount(item.source, item.path, wishes);
  }
  if (item.kind != ItemKind::runtime || stat(item.path.c_str(), &status) != 0) return {};
  return is_replaced(item) ? change_mount(item.path, 0, MOUNT_ATTR_RDONLY, false)
                           : mount_runtime(item);
}

}  // namespace

Result<void> build_read_only_host(const Plan& plan, const std::string& staging) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return fail_errno("keep mounts to", "this process", errno);
  if (auto replaced = replace_directories(plan, staging); !replaced) return replaced;
  if (auto changed = change_mount("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, true); !changed)
    return changed;
  for (const Item& item : plan.items) {
    if (auto done = make_writable(item); !done) return done;
  }
  return {};
}

}  // namespace stockade::jail
