// Other processes, and who one is.
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "jail/verify/attempt.h"

namespace stockade::jail {
namespace {

// Numbers are given anew inside: one that is met may be a process of the jail.
Answer signal_outside(const AttemptWorld& world) {
  if (kill(world.outside_process, 0) != 0) return errno;
  const int64_t started = started_at(world.outside_process);
  if (started < 0) return kDoesNotApply;
  return started == world.outside_started ? kOpen : ESRCH;
}
Answer signal_supervisor(const AttemptWorld&) { return kill(1, 0) == 0 ? kOpen : errno; }
Answer trace_supervisor(const AttemptWorld&) {
  return ptrace(PTRACE_SEIZE, 1, nullptr, nullptr) == 0 ? kOpen : errno;
}
Answer be_traced(const AttemptWorld&) {
  return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? kOpen : errno;
}
Answer read_memory(const AttemptWorld&) {
  char byte = 0;
  iovec own{&byte, 1};
  iovec other{&byte, 1};
  return process_vm_readv(getppid(), &own, 1, &other, 1, 0) >= 0 ? kOpen : errno;
}
Answer hold_process(const AttemptWorld&) {
  const long fd = syscall(SYS_pidfd_open, getpid(), 0);
  return fd >= 0 ? kOpen : errno;
}
Answer take_descriptor(const AttemptWorld&) {
  const long fd = syscall(SYS_pidfd_getfd, -1, 0, 0);
  return fd >= 0 ? kOpen : errno == EPERM ? EPERM : kReached;
}
Answer compare_processes(const AttemptWorld&) {
  return syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0) >= 0 ? kOpen : errno;
}
Answer become_root(const AttemptWorld&) {
  if (geteuid() == 0) return kDoesNotApply;
  return setuid(0) == 0 ? kOpen : errno;
}
Answer become_root_group(const AttemptWorld&) {
  if (geteuid() == 0) return kDoesNotApply;
  return setgid(0) == 0 ? kOpen : errno;
}
Answer join_groups(const AttemptWorld&) {
  if (geteuid() == 0) return kDoesNotApply;
  const gid_t group = 0;
  return setgroups(1, &group) == 0 ? kOpen : errno;
}
// With rights left over, an id that the jail does not know could be taken.
Answer become_stranger(const AttemptWorld&) {
  return setresuid(12345, 12345, 12345) == 0 ? kOpen : errno;
}
Answer allow_new_rights(const AttemptWorld&) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? kOpen : EPERM;
}
Answer hold_rights(const AttemptWorld&) {
  // CAP_SYS_ADMIN, the new root.
  return prctl(PR_CAPBSET_READ, 21, 0, 0, 0) == 1 ? kOpen : EPERM;
}

constexpr Attempt kProcessAttempts[] = {
    {"signal-outside", "send a signal to a process outside", signal_outside, kReport, kFull},
    {"signal-supervisor", "send a signal to the supervisor", signal_supervisor, kReport, kFull,
     Means::landlock_scopes},
    {"trace-supervisor", "trace the supervisor", trace_supervisor, kReport, kUnit},
    {"be-traced", "use ptrace at all", be_traced, kUnit, kUnit},
    {"read-memory", "read another's memory", read_memory, kUnit, kUnit},
    {"hold-process", "hold a process by a descriptor", hold_process, kUnit, kUnit},
    {"take-descriptor", "take another's descriptor", take_descriptor, kUnit, kUnit},
    {"compare-processes", "compare two processes", compare_processes, kUnit, kUnit},
    {"become-root", "become root", become_root, kReport, kReport},
    {"become-root-group", "join root's group", become_root_group, kReport, kReport},
    {"join-groups", "join other groups", join_groups, kReport, kReport},
    {"become-stranger", "become an account that is not inside", become_stranger, kReport, kFull,
     Means::own_users},
    {"allow-new-rights", "gain rights by starting a program", allow_new_rights, kUnit, kUnit},
    {"hold-rights", "hold the capability to mount", hold_rights, kUnit, kUnit},
};

}  // namespace

std::span<const Attempt> process_attempts() { return kProcessAttempts; }

}  // namespace stockade::jail
