#include "jail/root/copied_tree.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>

#include "base/file_system.h"
#include "base/write_file.h"

namespace stockade::jail {
namespace {

namespace fs = std::filesystem;

class Copier {
 public:
  Copier(const Plan& plan, std::string directory) : plan_(plan), directory_(std::move(directory)) {}

  Result<CopiedTree> copy() {
    for (const Item& item : plan_.items) {
      if (auto done = place(item); !done) {
        std::error_code ignored;
        fs::remove_all(directory_, ignored);
        return fail(done.error());
      }
    }
    return count_;
  }

 private:
  Result<void> place(const Item& item) {
    const std::string at = directory_ + item.path;
    std::error_code failed;
    fs::create_directories(fs::path(at).parent_path(), failed);
    if (failed) return fail_errno("make the directory of", at, failed.value());
    switch (item.kind) {
      case ItemKind::link:
        fs::create_symlink(item.source, at, failed);
        return failed ? fail_errno("make the link", at, failed.value()) : Result<void>();
      case ItemKind::generated:
        ++count_.files;
        return write_file(at, item.content, item.mode);
      case ItemKind::device:
        return make_device(item, at);
      case ItemKind::runtime:
        return make_directory(at, item.owner, item.mode);
      case ItemKind::log:
        return make_directory(at, 0, 0750);
      case ItemKind::state:
        return make_directory(at, worker(), 0700);
      default:
        return item.directory ? copy_directory(item, at) : copy_file(item, item.source, at);
    }
  }

  // Its own, empty: the host's sessions and caches stay outside.
  uint32_t worker() const { return plan_.services.empty() ? 0 : plan_.services.front().uid; }

  static Result<void> make_directory(const std::string& at, uint32_t owner, uint32_t mode) {
    if (mkdir(at.c_str(), 0700) != 0 && errno != EEXIST)
      return fail_errno("make the directory", at, errno);
    if (lchown(at.c_str(), owner, owner) != 0 || chmod(at.c_str(), mode) != 0)
      return fail_errno("give away", at, errno);
    return {};
  }

  static Result<void> make_device(const Item& item, const std::string& at) {
    struct stat status{};
    if (stat(item.source.c_str(), &status) != 0) return fail_errno("look at", item.source, errno);
    if (mknod(at.c_str(), S_IFCHR | 0666, status.st_rdev) != 0 || chmod(at.c_str(), 0666) != 0)
      return fail_errno("make the device", at, errno);
    return {};
  }

  Result<void> copy_file(const Item& item, const std::string& from, const std::string& to) {
    std::error_code failed;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed);
    if (failed) return fail_errno("copy into the tree", from, failed.value());
    struct stat status{};
    if (stat(from.c_str(), &status) != 0) return fail_errno("look at", from, errno);
    // Nothing runs as its owner, and data is not run at all.
    const mode_t mode = status.st_mode & (item.executable() ? 0755u : 0644u);
    if (lchown(to.c_str(), 0, status.st_gid) != 0 || chmod(to.c_str(), mode) != 0)
      return fail_errno("give away", to, errno);
    ++count_.files;
    count_.bytes += static_cast<uint64_t>(status.st_size);
    return {};
  }

  Result<void> copy_directory(const Item& item, const std::string& at) {
    std::error_code failed;
    fs::create_directories(at, failed);
    for (auto entry = fs::recursive_directory_iterator(item.source, failed);
         !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
      const std::string inside = at + entry->path().string().substr(item.source.size());
      std::error_code one;
      if (entry->is_symlink(one)) {
        fs::copy_symlink(entry->path(), inside, one);
      } else if (entry->is_directory(one)) {
        fs::create_directories(inside, one);
      } else if (entry->is_regular_file(one)) {
        if (auto copied = copy_file(item, entry->path().string(), inside); !copied) return copied;
      }
      if (one && one.value() != EEXIST)
        return fail_errno("copy into the tree", entry->path().string(), one.value());
    }
    return failed ? fail_errno("copy into the tree", item.source, failed.value()) : Result<void>();
  }

  const Plan& plan_;
  std::string directory_;
  CopiedTree count_;
};

}  // namespace

Result<CopiedTree> copy_tree(const Plan& plan, const std::string& directory) {
  std::error_code failed;
  const fs::path path = fs::absolute(directory, failed);
  if (fs::exists(fs::symlink_status(path, failed)))
    return fail({"make the tree", directory, "there is something of that name",
                 "name a directory that does not exist", EEXIST});
  // Whoever can rename a directory above it can put another in its place.
  for (fs::path above = path.parent_path();; above = above.parent_path()) {
    struct stat status{};
    if (stat(above.c_str(), &status) != 0) return fail_errno("look at", above.string(), errno);
    const bool is_open = (status.st_mode & 0022) != 0 && (status.st_mode & S_ISVTX) == 0;
    if (is_open || status.st_uid != 0) {
      return fail({"make the tree", directory, "others than root may write to " + above.string(),
                   "choose a place of root's, as /srv/jail", 0});
    }
    if (above == above.root_path()) break;
  }
  if (mkdir(path.c_str(), 0755) != 0) return fail_errno("make the directory", path.string(), errno);
  return Copier(plan, path.string()).copy();
}

}  // namespace stockade::jail
