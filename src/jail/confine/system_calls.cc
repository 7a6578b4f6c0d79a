#include "jail/confine/system_calls.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace stockade::jail {
namespace {

// What every process needs while it serves.
// clang-format off
constexpr std::string_view kServing[] = {
    "accept", "accept4", "access", "brk", "clock_gettime", "clock_nanosleep", "close", "connect",
    "dup", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "exit",
    "exit_group", "fcntl", "fdatasync", "flock", "fstat", "ftruncate", "futex", "getcwd",
    "getdents64", "getegid", "geteuid", "getgid", "getpeername", "getpid", "getppid", "getrandom",
    "getsockname", "getsockopt", "gettid", "gettimeofday", "getuid", "lseek", "madvise", "mremap",
    "munmap", "nanosleep", "newfstatat", "openat", "pipe2", "poll", "ppoll", "pread64", "pselect6",
    "pwrite64", "read", "readlink", "readv", "recvfrom", "recvmsg", "restart_syscall", "rseq",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sched_yield", "sendfile",
    "sendmsg", "sendto", "set_robust_list", "setsockopt", "shutdown", "tgkill", "unlink", "write",
    "writev"};
// clang-format on

// What masters need, and programs when they start.
// clang-format off
constexpr std::string_view kStarting[] = {
    "alarm", "arch_prctl", "bind", "chdir", "chown", "clock_getres", "creat", "dup2", "dup3", "epoll_create",
    "execve", "faccessat", "faccessat2", "fadvise64", "fchown", "fork", "fsync", "get_robust_list",
    "getgroups", "getpgrp", "getrlimit", "getrusage", "kill", "landlock_add_rule",
    "landlock_create_ruleset", "landlock_restrict_self", "link", "listen", "lstat", "membarrier",
    "mkdir", "open", "pipe", "prlimit64", "rename", "rmdir", "rt_sigsuspend", "sched_getaffinity",
    "seccomp", "set_tid_address", "setgid", "setgroups", "setitimer", "setpgid", "setresgid",
    "setresuid", "setrlimit", "setsid", "setuid", "sigaltstack", "socketpair", "stat", "statfs",
    "statx", "symlink", "sysinfo", "umask", "uname", "utimensat", "vfork", "wait4"};
// clang-format on

// What PHP needs in a worker of httpd, beyond serving.
// clang-format off
constexpr std::string_view kPhpInWorker[] = {
    "chdir", "fadvise64", "fsync", "getrusage", "mkdir", "rename", "rmdir", "setitimer", "statx",
    "symlink", "sysinfo", "umask", "uname", "utimensat"};
// clang-format on

constexpr std::string_view kSystemV[] = {"semctl", "semget", "semop", "semtimedop",
                                         "shmat",  "shmctl", "shmdt", "shmget"};

// Allowed with rules for their arguments (add_argument_rules).
constexpr std::string_view kRuled[] = {"clone", "ioctl", "mmap", "mprotect", "prctl", "socket"};
constexpr std::string_view kRuledMaster[] = {"chmod", "fchmod"};

constexpr unsigned kNewNamespaces = 0x7E020000u | 0x00000080u;  // CLONE_NEW*, CLONE_NEWTIME

using Context = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

// Collects the first refusal of libseccomp instead of asking after each rule.
class FilterMaker {
 public:
  explicit FilterMaker(scmp_filter_ctx context) : context_(context) {}

  template <class... Compares>
  void allow(std::string_view name, Compares... compares) {
    const int number = seccomp_syscall_resolve_name(std::string(name).c_str());
    if (number == __NR_SCMP_ERROR) return;  // not of this architecture
    const scmp_arg_cmp all[sizeof...(compares) + 1] = {compares...};
    note(seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, number, sizeof...(compares), all));
  }
  void answer(const char* name, int code) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number != __NR_SCMP_ERROR)
      note(seccomp_rule_add_array(context_, SCMP_ACT_ERRNO(static_cast<uint16_t>(code)), number, 0,
                                  nullptr));
  }
  int failure() const { return failure_; }

 private:
  void note(int result) {
    if (result < 0 && failure_ == 0) failure_ = -result;
  }
  scmp_filter_ctx context_;
  int failure_ = 0;
};

scmp_arg_cmp equals(unsigned argument, uint64_t value) {
  return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, 0xFFFFFFFFu, value & 0xFFFFFFFFu};
}
scmp_arg_cmp masked(unsigned argument, uint64_t mask, uint64_t value) {
  return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, mask, value};
}

void add_socket_rules(FilterMaker& maker, bool network) {
  constexpr uint64_t kType = 0xF;  // without SOCK_CLOEXEC and SOCK_NONBLOCK
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const auto wanted = static_cast<uint64_t>(type);
    maker.allow("socket", equals(0, AF_UNIX), masked(1, kType, wanted));
    if (!network) continue;
    maker.allow("socket", equals(0, AF_INET), masked(1, kType, wanted));
    maker.allow("socket", equals(0, AF_INET6), masked(1, kType, wanted));
  }
}

void add_argument_rules(FilterMaker& maker, FilterKind kind, const FilterWishes& wishes) {
  const bool whole = kind == FilterKind::whole;
  // Memory is written to or run, never both.
  constexpr uint64_t kBoth = PROT_WRITE | PROT_EXEC;
  for (const uint64_t allowed : {uint64_t{0}, uint64_t{PROT_WRITE}, uint64_t{PROT_EXEC}}) {
    maker.allow("mmap", masked(2, kBoth, allowed));
  }
  maker.allow("mprotect", masked(2, PROT_EXEC, 0));
  // Workers make threads, nobody makes namespaces.
  if (whole) {
    maker.allow("clone", masked(0, kNewNamespaces, 0));
  } else {
    maker.allow("clone", masked(0, kNewNamespaces | CLONE_THREAD, CLONE_THREAD));
  }
  add_socket_rules(maker, wishes.network || (whole && wishes.network_at_start));
  for (const unsigned long request : {FIONBIO, FIONREAD, FIOCLEX, TCGETS, TIOCGWINSZ}) {
    maker.allow("ioctl", equals(1, request));
  }
  for (const int option : {PR_SET_NAME, PR_GET_NAME, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS,
                           PR_GET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, PR_CAPBSET_READ, PR_SET_VMA}) {
    maker.allow("prctl", equals(0, static_cast<uint64_t>(option)));
  }
  if (!whole) return;
  // No program that runs with its owner's rights is made here.
  constexpr uint64_t kSetId = S_ISUID | S_ISGID;
  maker.allow("chmod", masked(1, kSetId, 0));
  maker.allow("fchmod", masked(1, kSetId, 0));
}

Result<std::string> exported(scmp_filter_ctx context) {
  const int fd = memfd_create("filter", MFD_CLOEXEC);
  if (fd < 0) return fail_errno("make a system call filter in", "memory", errno);
  std::string bytes;
  int code = seccomp_export_bpf(context, fd);
  struct stat status{};
  if (code == 0 && fstat(fd, &status) == 0) {
    bytes.resize(static_cast<size_t>(status.st_size));
    const ssize_t got = pread(fd, bytes.data(), bytes.size(), 0);
    if (got != static_cast<ssize_t>(bytes.size())) code = -EIO;
  }
  close(fd);
  if (code != 0 || bytes.empty()) return fail_errno("export", "the system call filter", -code);
  return bytes;
}

}  // namespace

std::vector<std::string_view> allowed_calls(FilterKind kind, const FilterWishes& wishes) {
  std::vector<std::string_view> all(std::begin(kServing), std::end(kServing));
  const auto append = [&](const auto& list) {
    all.insert(all.end(), std::begin(list), std::end(list));
  };
  append(kRuled);
  if (kind == FilterKind::whole) {
    append(kStarting);
    append(kRuledMaster);
  }
  if (kind == FilterKind::php_worker) append(kPhpInWorker);
  if (wishes.programs) all.emplace_back("kill");
  if (wishes.system_v) append(kSystemV);
  if (wishes.chroot) all.emplace_back("chroot");
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<std::string> make_filter(FilterKind kind, const FilterWishes& wishes) {
  const Context context(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (!context) return fail({"make", "the system call filter", "libseccomp has no memory", "", 0});
  seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree: fewer steps a call
  FilterMaker maker(context.get());
  for (const std::string_view name : allowed_calls(kind, wishes)) {
    const bool ruled =
        std::find(std::begin(kRuled), std::end(kRuled), name) != std::end(kRuled) ||
        std::find(std::begin(kRuledMaster), std::end(kRuledMaster), name) != std::end(kRuledMaster);
    if (!ruled) maker.allow(name);
  }
  add_argument_rules(maker, kind, wishes);
  // glibc goes on with clone(), whose flags a filter can see.
  maker.answer("clone3", ENOSYS);
  if (maker.failure() != 0) return fail_errno("make", "the system call filter", maker.failure());
  return exported(context.get());
}

}  // namespace stockade::jail
