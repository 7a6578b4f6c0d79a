// make_certificate CERTIFICATE KEY: for tests/corpus/jail-site, which keeps no key in the
// repository.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "test_certificate.h"

namespace {

bool write_to(const char* path, const std::string& text, mode_t mode) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return false;
  const bool done = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return close(fd) == 0 && done;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  stockade::test::CertificateWish wish;
  wish.subject = "jail.test";
  wish.names = {"jail.test", "127.0.0.1"};
  const auto made = stockade::test::make_certificate(wish);
  if (made.key.empty()) return 1;
  return write_to(argv[1], made.certificate, 0644) && write_to(argv[2], made.key, 0600) ? 0 : 1;
}
