#include "jail/confine/reader.h"

#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "jail/confine/landlock.h"
#include "jail/confine/rights.h"

// The sanitizer's search for leaks traces its own process.
#if defined(__SANITIZE_ADDRESS__)
#define STOCKADE_LOOKS_FOR_LEAKS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STOCKADE_LOOKS_FOR_LEAKS
#endif
#endif

namespace stockade::jail {
namespace {

// Nothing that parses needs them, and whoever takes it over would begin with them.
constexpr const char* kRefusedCalls[] = {
    "execve",
    "execveat",
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "mount",
    "umount2",
    "move_mount",
    "open_tree",
    "fsopen",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "process_vm_readv",
    "process_vm_writev",
    "pidfd_getfd",
    "kcmp",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "sethostname",
    "setdomainname",
    "add_key",
    "request_key",
    "keyctl",
    "open_by_handle_at",
    "syslog",
    "mknod",
    "mknodat",
#if !defined(STOCKADE_LOOKS_FOR_LEAKS)
    "ptrace",
#endif
};

// Root's logs are often readable for others than root, and its store may lie in a folder of
// another's.
constexpr uint64_t kReadersCapabilities =
    uint64_t{1} << CAP_DAC_READ_SEARCH | uint64_t{1} << CAP_DAC_OVERRIDE;

uint64_t permitted_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return 0;
  return data[0].permitted | uint64_t{data[1].permitted} << 32;
}

std::string lacking(const char* what, int error) {
  return std::string(what) + " (" + std::strerror(error) + ")";
}

bool refuse_calls() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> context(seccomp_init(SCMP_ACT_ALLOW),
                                                                 seccomp_release);
  if (!context) return false;
  seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_NNP, 1);
  seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const char* name : kRefusedCalls) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;  // not of this architecture
    if (seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(EPERM), number, 0) != 0) return false;
  }
  const int loaded = seccomp_load(context.get());
  if (loaded != 0) errno = -loaded;
  return loaded == 0;
}

Result<void> confine_files(const std::vector<std::string>& writable) {
  Landlock landlock(landlock_version());
  const auto refused = [](const std::string& path) {
    return fail_errno("confine this process to reading, and to writing below", path, errno);
  };
  if (!landlock.valid() || !landlock.allow("/", kReading)) return refused("/");
  for (const std::string& folder : writable) {
    if (!landlock.allow(folder.c_str(), kOwning & ~(kMakeSocket | kMakeFifo)))
      return refused(folder);
  }
  if (!landlock.enforce()) return refused("/");
  return {};
}

}  // namespace

Result<std::vector<std::string>> become_reader(const ReaderWishes& wishes) {
  std::vector<std::string> missing;
  const uint64_t has = permitted_capabilities();
  if (has != 0 && !keep_capability_bits(has & kReadersCapabilities))
    missing.push_back(lacking("it keeps its account's capabilities", errno));
  if (!refuse_new_privileges())
    missing.push_back(lacking("it could gain privileges through a program", errno));
  if (landlock_version() == 0) {
    missing.emplace_back("it may write wherever its account may: this kernel has no Landlock");
  } else if (auto done = confine_files(wishes.writable); !done) {
    return tl::make_unexpected(done.error());
  }
  if (!refuse_calls()) missing.push_back(lacking("it may start programs and open sockets", errno));
  return missing;
}

}  // namespace stockade::jail
