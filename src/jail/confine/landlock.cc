#include "jail/confine/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stockade::jail {
namespace {

// The kernel's structures, in their newest form; an older kernel is told a smaller size.
struct RulesetAttributes {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};
struct [[gnu::packed]] PathRule {
  uint64_t access;
  int32_t directory;
};
struct PortRule {
  uint64_t access;
  uint64_t port;
};

constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;
constexpr int kRuleOfPath = 1;
constexpr int kRuleOfPort = 2;
constexpr uint64_t kBindTcp = 1;
constexpr uint64_t kConnectTcp = 2;
constexpr uint64_t kScopeAbstractSockets = 1;
constexpr uint64_t kScopeSignals = 2;

uint64_t known_by(int version) {
  uint64_t all = (uint64_t{1} << 13) - 1;
  if (version >= 2) all |= kRefer;
  if (version >= 3) all |= kTruncate;
  if (version >= 5) all |= kDeviceControl;
  return all;
}

}  // namespace

int landlock_version() {
  const long version = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  return version < 0 ? 0 : static_cast<int>(version);
}

Landlock::Landlock(int version, bool only_execution) {
  if (version <= 0) return;
  handled_ = only_execution ? uint64_t{kExecute} : known_by(version);
  RulesetAttributes attributes{};
  attributes.files = handled_;
  size_t size = sizeof(uint64_t);
  if (version >= 4 && !only_execution) {
    network_ = true;
    attributes.network = kBindTcp | kConnectTcp;
    size = 2 * sizeof(uint64_t);
  }
  if (version >= 6 && !only_execution) {
    attributes.scopes = kScopeAbstractSockets | kScopeSignals;
    size = sizeof(attributes);
  }
  fd_ = static_cast<int>(syscall(kCreateRuleset, &attributes, size, 0));
}

Landlock::~Landlock() {
  if (fd_ >= 0) close(fd_);
}

bool Landlock::allow(const char* path, uint64_t access) {
  const int at = open(path, O_PATH | O_CLOEXEC);
  if (at < 0) return false;
  struct stat status{};
  const bool is_directory = fstat(at, &status) == 0 && S_ISDIR(status.st_mode);
  PathRule rule{access & handled_ & (is_directory ? ~uint64_t{0} : kOfFiles), at};
  const bool done = rule.access == 0 || syscall(kAddRule, fd_, kRuleOfPath, &rule, 0) == 0;
  close(at);
  return done;
}

bool Landlock::allow_connecting(uint16_t port) {
  if (!network_) return true;  // nothing is refused
  const PortRule rule{kConnectTcp, port};
  return syscall(kAddRule, fd_, kRuleOfPort, &rule, 0) == 0;
}

bool Landlock::enforce() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return syscall(kRestrictSelf, fd_, 0) == 0;
}

}  // namespace stockade::jail
