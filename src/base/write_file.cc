#include "base/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace stockade {
namespace {

tl::unexpected<Error> refused(std::string attempted, const std::string& path, int code) {
  auto failure = fail_errno(std::move(attempted), path, code);
  std::string& remedy = failure.value().remedy;
  remedy.clear();
  if (code == EACCES || code == EPERM || code == EROFS) remedy = "choose a place you may write to";
  if (code == ENOENT) remedy = "make its directory first";
  if (code == ENOSPC || code == EDQUOT) remedy = "free some space; nothing was changed";
  return failure;
}

Result<void> write_in_place(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return refused("write", path, errno);
  Result<void> written = write_all(fd, text, path);
  if (::close(fd) != 0 && written) return refused("write", path, errno);
  return written;
}

Result<void> fill(int fd, const std::string& path, std::string_view text, mode_t mode) {
  if (::fchmod(fd, mode) != 0) return refused("set the mode of", path, errno);
  if (Result<void> written = write_all(fd, text, path); !written) return written;
  if (::fsync(fd) != 0) return refused("write", path, errno);
  return {};
}

}  // namespace

Result<void> write_all(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refused("write", name, errno);
    text.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Result<void> write_file(const std::string& path, std::string_view text, unsigned mode) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return refused("write", path, EISDIR);
  if (exists && !S_ISREG(status.st_mode)) return write_in_place(path, text);
  std::string target = path;
  if (exists) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    if (real == nullptr) return refused("write", path, errno);
    target = real.get();
    if (::access(target.c_str(), W_OK) != 0) return refused("write", path, errno);
  }
  std::string fresh = target + ".XXXXXX";
  const int fd = ::mkostemp(fresh.data(), O_CLOEXEC);
  if (fd < 0) return refused("write", path, errno);
  Result<void> filled = fill(fd, path, text, exists ? status.st_mode & 07777 : mode);
  if (::close(fd) != 0 && filled) filled = refused("write", path, errno);
  if (filled && ::rename(fresh.c_str(), target.c_str()) != 0) {
    filled = refused("replace", path, errno);
  }
  if (!filled) ::unlink(fresh.c_str());
  return filled;
}

}  // namespace stockade
