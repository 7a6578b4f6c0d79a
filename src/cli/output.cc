#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/write_file.h"

namespace stockade::cli {
namespace {

constexpr size_t kLongestInput = size_t{1} << 30;  // bytes

}  // namespace

Result<void> write_stdout(std::string_view text) {
  auto written = write_all(STDOUT_FILENO, text, "standard output");
  if (!written && written.error().code == EPIPE) return {};
  return written;
}

void say(std::string_view text) {
  (void)write_all(STDERR_FILENO, fmt::format("stockade: {}\n", text), "standard error");
}

Result<void> deliver(const std::string& file, std::string_view text, unsigned mode) {
  if (file.empty() || file == "-") return write_stdout(text);
  return write_file(file, text, mode);
}

Result<std::string> read_input(const std::string& file, const std::string& what) {
  const int fd = file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno("read " + what, file, errno);
  std::string text;
  char buffer[65536];
  ssize_t got = 0;
  while (text.size() <= kLongestInput) {
    got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  const int error = errno;
  if (fd != STDIN_FILENO) ::close(fd);
  if (got < 0) return fail_errno("read " + what, file, error);
  if (got > 0) return fail({"read " + what, file, "it is larger than 1 GiB", "", EFBIG});
  return text;
}

}  // namespace stockade::cli
