#include "base/live_file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "base/descriptor.h"
#include "base/text.h"

namespace stockade {

namespace {

FileStatus from_stat(const struct stat& s) {
  FileStatus status;
  switch (s.st_mode & S_IFMT) {
    case S_IFREG:
      status.type = FileType::regular;
      break;
    case S_IFDIR:
      status.type = FileType::directory;
      break;
    case S_IFLNK:
      status.type = FileType::symlink;
      break;
    case S_IFIFO:
      status.type = FileType::fifo;
      break;
    case S_IFSOCK:
      status.type = FileType::socket;
      break;
    case S_IFCHR:
    case S_IFBLK:
      status.type = FileType::device;
      break;
    default:
      status.type = FileType::unknown;
  }
  status.mode = s.st_mode & 07777;
  status.uid = s.st_uid;
  status.gid = s.st_gid;
  status.size = static_cast<uint64_t>(s.st_size);
  status.modified = s.st_mtim.tv_sec;
  status.device = s.st_dev;
  status.inode = s.st_ino;
  return status;
}

Result<std::string> read_to_end(int fd, const std::string& path, uint64_t size, uint64_t limit) {
  std::string content;
  content.resize(size);
  size_t filled = 0;
  for (;;) {
    // One byte more than expected shows a file that grows while it is read.
    if (filled == content.size()) content.resize(filled + (filled == size ? 1 : 65536));
    const ssize_t got = ::read(fd, content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("read", path, errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
    if (filled > limit) return fail_errno("read", path, EFBIG);
    if (size != 0 && filled > size) break;
  }
  content.resize(filled);
  return content;
}

// O_NONBLOCK: opening a FIFO must not wait for a writer.
constexpr int kReadFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// A file that is never at rest (a log, by mistake in an Include glob) is given up after so many.
constexpr int kReadings = 5;

// The modification time alone is too coarse where a kernel's clock ticks in milliseconds.
bool is_same(const struct stat& before, const struct stat& after) {
  const auto same = [](const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
  };
  return before.st_size == after.st_size && same(before.st_mtim, after.st_mtim) &&
         same(before.st_ctim, after.st_ctim);
}

// A file that was changed just now may be half written: its writer may only have been interrupted.
constexpr long kRestMilliseconds = 50;

bool is_fresh(const struct stat& status) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const int64_t age = (int64_t{now.tv_sec} - status.st_mtim.tv_sec) * 1000 +
                      (now.tv_nsec - status.st_mtim.tv_nsec) / 1'000'000;
  return age >= 0 && age < kRestMilliseconds;
}

// Whether the file is still what `before` says once its writer had time to go on.
bool is_at_rest(int fd, const struct stat& before) {
  if (!is_fresh(before)) return true;
  usleep(kRestMilliseconds * 1000);
  struct stat after{};
  return fstat(fd, &after) == 0 && is_same(before, after);
}

Result<std::string> read_descriptor(const Descriptor& file, const std::string& name,
                                    uint64_t limit) {
  if (file.get() < 0) return fail_errno("read", name, errno);
  for (int reading = 0; reading < kReadings; ++reading) {
    struct stat before{};
    if (fstat(file.get(), &before) != 0) return fail_errno("read", name, errno);
    if (S_ISDIR(before.st_mode)) return fail_errno("read", name, EISDIR);
    if (!S_ISREG(before.st_mode)) return fail({"read", name, "not a regular file", "", EINVAL});
    const auto size = static_cast<uint64_t>(before.st_size);
    if (size > limit) return fail_errno("read", name, EFBIG);
    if (lseek(file.get(), 0, SEEK_SET) < 0) return fail_errno("read", name, errno);
    auto content = read_to_end(file.get(), name, size, limit);
    struct stat after{};
    if (!content || fstat(file.get(), &after) != 0) return content;
    // Kernel file systems claim a size of 0 for whatever they have to say.
    const bool whole = content->size() == size || size == 0;
    if (whole && is_same(before, after) && is_at_rest(file.get(), after)) return content;
  }
  return fail({"read", name, "it kept changing while it was read",
               "try again when nobody writes to it", EAGAIN});
}

}  // namespace

Result<std::string> LiveFileSystem::read(std::string_view path, uint64_t limit) const {
  const std::string name(path);
  return read_descriptor(Descriptor(open(name.c_str(), kReadFlags)), name, limit);
}

Result<std::string> LiveFileSystem::read_unlinked(std::string_view path, uint64_t limit) const {
  const std::string name(path);
  open_how how{};
  how.flags = kReadFlags;
  how.resolve = RESOLVE_NO_SYMLINKS;
  const long fd = syscall(SYS_openat2, AT_FDCWD, name.c_str(), &how, sizeof how);
  // Kernels before 5.6 have no such call, and some sandboxes refuse it.
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return FileSystem::read_unlinked(path, limit);
  return read_descriptor(Descriptor(static_cast<int>(fd)), name, limit);
}

Result<std::vector<std::string>> LiveFileSystem::list(std::string_view path) const {
  const std::string name(path);
  DIR* directory = opendir(name.c_str());
  if (directory == nullptr) return fail_errno("list", name, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(directory)) {
    const std::string_view found = entry->d_name;
    if (found != "." && found != "..") names.emplace_back(found);
  }
  const int code = errno;
  closedir(directory);
  if (code != 0) return fail_errno("list", name, code);
  std::sort(names.begin(), names.end());
  return names;
}

Result<FileStatus> LiveFileSystem::status(std::string_view path) const {
  const std::string name(path);
  struct stat s{};
  if (stat(name.c_str(), &s) != 0) return fail_errno("look at", name, errno);
  return from_stat(s);
}

Result<FileStatus> LiveFileSystem::link_status(std::string_view path) const {
  const std::string name(path);
  struct stat s{};
  if (lstat(name.c_str(), &s) != 0) return fail_errno("look at", name, errno);
  return from_stat(s);
}

Result<std::string> LiveFileSystem::link_target(std::string_view path) const {
  const std::string name(path);
  std::string target(4096, '\0');
  const ssize_t length = readlink(name.c_str(), target.data(), target.size());
  if (length < 0) return fail_errno("read the link", name, errno);
  target.resize(static_cast<size_t>(length));
  return target;
}

CopiedTree::CopiedTree(std::string directory, std::string_view mounted_at)
    : directory_(std::move(directory)), mounted_at_(normal_path(mounted_at)) {
  while (directory_.size() > 1 && directory_.back() == '/') directory_.pop_back();
}

Result<std::string> CopiedTree::outside(std::string_view path) const {
  if (!is_within(path, mounted_at_)) {
    return fail({"find", std::string(path), "it is outside the copied tree", "", EXDEV});
  }
  return directory_ + std::string(mounted_at_ == "/" ? path : path.substr(mounted_at_.size()));
}

Result<std::string> CopiedTree::resolve(std::string_view path, bool keep_last) const {
  std::string rest = normal_path(path);
  // What lies above the mount point has no links that we could know of.
  std::string done = mounted_at_ == "/" ? "" : mounted_at_;
  if (!is_within(rest, mounted_at_)) return outside(rest);
  rest = rest.substr(done.size());
  int links = 0;
  while (!rest.empty() && rest != "/") {
    const size_t end = rest.find('/', 1);
    std::string name = done + rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end);
    auto real = outside(name);
    if (!real) return real;
    if (!(rest.empty() && keep_last)) {
      const auto target = live_.link_target(*real);
      if (target) {
        if (++links > kMaxLinks) return fail_errno("follow", std::string(path), ELOOP);
        std::string next = absolute_path(parent_path(name), *target) + rest;
        if (!is_within(next, mounted_at_)) return outside(next);
        done = mounted_at_ == "/" ? "" : mounted_at_;
        rest = next.substr(done.size());
        continue;
      }
    }
    done = std::move(name);
  }
  return outside(done.empty() ? "/" : done);
}

Result<std::string> CopiedTree::read(std::string_view path, uint64_t limit) const {
  return resolve(path, false).and_then([&](const std::string& p) { return live_.read(p, limit); });
}
Result<std::vector<std::string>> CopiedTree::list(std::string_view path) const {
  return resolve(path, false).and_then([&](const std::string& p) { return live_.list(p); });
}
Result<FileStatus> CopiedTree::status(std::string_view path) const {
  return resolve(path, false).and_then([&](const std::string& p) { return live_.status(p); });
}
Result<FileStatus> CopiedTree::link_status(std::string_view path) const {
  return resolve(path, true).and_then([&](const std::string& p) { return live_.link_status(p); });
}
Result<std::string> CopiedTree::link_target(std::string_view path) const {
  return resolve(path, true).and_then([&](const std::string& p) { return live_.link_target(p); });
}

}  // namespace stockade
