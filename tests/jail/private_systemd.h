// A systemd of the test's own: process 1 of namespaces that end with the test, with units of its
// own and none of the machine's. The network and the disk are the machine's.
#pragma once

#include <sys/types.h>

#include <string>

namespace stockade::test {

class PrivateSystemd {
 public:
  PrivateSystemd();
  ~PrivateSystemd();
  PrivateSystemd(const PrivateSystemd&) = delete;
  PrivateSystemd& operator=(const PrivateSystemd&) = delete;

  // Empty: it runs.
  const std::string& why_not() const { return why_not_; }
  // What a command prints that is run beside it; its /run and /etc/systemd/system are not the
  // machine's.
  std::string run(const std::string& command) const;

 private:
  pid_t outer_ = 0;
  pid_t systemd_ = 0;
  std::string group_;  // of control groups
  std::string why_not_;
};

}  // namespace stockade::test
