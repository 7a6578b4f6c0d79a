#include "stockade_ban/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <vector>

namespace stockade::ban_helper {

namespace {

#if defined(__x86_64__)
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kMachine = 0;
#endif

constexpr uint32_t kAllowed[] = {
    SYS_read,          SYS_write,
    SYS_close,         SYS_fstat,
    SYS_lseek,         SYS_readv,
    SYS_writev,        SYS_pread64,
    SYS_mmap,          SYS_munmap,
    SYS_mprotect,      SYS_mremap,
    SYS_madvise,       SYS_brk,
    SYS_futex,         SYS_getdents64,
    SYS_fcntl,         SYS_ioctl,
    SYS_ppoll,         SYS_pselect6,
    SYS_clock_gettime, SYS_clock_nanosleep,
    SYS_nanosleep,     SYS_gettimeofday,
    SYS_getrandom,     SYS_bind,
    SYS_getsockname,   SYS_getsockopt,
    SYS_setsockopt,    SYS_sendto,
    SYS_sendmsg,       SYS_recvfrom,
    SYS_recvmsg,       SYS_uname,
    SYS_getpid,        SYS_gettid,
    SYS_getuid,        SYS_geteuid,
    SYS_getgid,        SYS_getegid,
    SYS_rt_sigaction,  SYS_rt_sigprocmask,
    SYS_rt_sigreturn,  SYS_restart_syscall,
    SYS_sysinfo,       SYS_exit,
    SYS_exit_group,    SYS_tgkill,
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_select
    SYS_select,
#endif
#ifdef SYS_stat
    SYS_stat,          SYS_lstat,
    SYS_time,
#endif
};

sock_filter load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}
sock_filter answer(uint32_t value) { return BPF_STMT(BPF_RET | BPF_K, value); }

// Allows the call `number` if the bits `mask` of its argument are `value`.
void allow_if(std::vector<sock_filter>& filter, uint32_t number, size_t argument, uint32_t mask,
              uint32_t value) {
  const size_t offset = offsetof(seccomp_data, args) + 8 * argument;
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
  filter.push_back(load(offset));
  filter.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
  filter.push_back(answer(SECCOMP_RET_ALLOW));
  filter.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
}

bool filter_calls() {
  std::vector<sock_filter> filter;
  filter.push_back(load(offsetof(seccomp_data, arch)));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0));
  filter.push_back(answer(SECCOMP_RET_KILL_PROCESS));
  filter.push_back(load(offsetof(seccomp_data, nr)));
  for (const uint32_t number : kAllowed) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    filter.push_back(answer(SECCOMP_RET_ALLOW));
  }
  allow_if(filter, SYS_openat, 2, O_CREAT | O_TRUNC | O_WRONLY, 0);
  allow_if(filter, SYS_socket, 0, ~uint32_t{0}, AF_NETLINK);
  // Refused, not killed: a library that asks for more must not take the bans with it.
  filter.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool keep_one_capability() {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    if (capability != CAP_NET_ADMIN && prctl(PR_CAPBSET_DROP, capability) != 0) return false;
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  data[0].effective = data[0].permitted = 1U << CAP_NET_ADMIN;
  return syscall(SYS_capset, &header, data) == 0;
}

}  // namespace

std::string confine() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return std::strerror(errno);
  if (!keep_one_capability()) return std::string("capabilities: ") + std::strerror(errno);
  if (kMachine == 0) return "";  // no filter is known for this machine
  if (!filter_calls()) return std::string("seccomp: ") + std::strerror(errno);
  return "";
}

}  // namespace stockade::ban_helper
