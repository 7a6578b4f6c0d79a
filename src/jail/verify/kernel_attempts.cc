// Parts of the kernel that a web server has no business with. Null and invalid arguments: where the
// call is not refused, the kernel complains of them and nothing happens.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail/verify/attempt.h"

namespace stockade::jail {
namespace {

// EPERM is a refusal; anything else came from looking at the arguments.
template <class... Arguments>
Answer called(long number, Arguments... arguments) {
  errno = 0;
  const long result = syscall(number, arguments...);
  if (result >= 0) return kOpen;
  return errno == EPERM || errno == EACCES || errno == ENOSYS ? errno : kReached;
}
constexpr long kNone = 0;
const void* const kNull = nullptr;

Answer change_root(const AttemptWorld&) { return chroot("/tmp") == 0 ? kOpen : errno; }
Answer pivot(const AttemptWorld&) { return called(SYS_pivot_root, kNull, kNull); }
Answer mount_memory_there(const AttemptWorld&) {
  return mount("x", "/tmp", "tmpfs", 0, nullptr) == 0 ? kOpen : errno;
}
Answer remount_root(const AttemptWorld&) {
  return mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0 ? kOpen : errno;
}
Answer clone_tree(const AttemptWorld&) { return called(SYS_open_tree, -1, kNull, 1); }
Answer open_file_system(const AttemptWorld&) { return called(SYS_fsopen, kNull, kNone); }
Answer change_mounts(const AttemptWorld&) {
  return called(SYS_mount_setattr, -1, kNull, kNone, kNull, kNone);
}
Answer new_users(const AttemptWorld&) { return unshare(CLONE_NEWUSER) == 0 ? kOpen : errno; }
Answer new_mounts(const AttemptWorld&) { return unshare(CLONE_NEWNS) == 0 ? kOpen : errno; }
Answer new_network(const AttemptWorld&) { return unshare(CLONE_NEWNET) == 0 ? kOpen : errno; }
Answer enter_namespace(const AttemptWorld&) { return called(SYS_setns, -1, kNone); }
Answer name_host(const AttemptWorld&) { return called(SYS_sethostname, kNull, -1L); }
Answer name_domain(const AttemptWorld&) { return called(SYS_setdomainname, kNull, -1L); }
Answer read_log(const AttemptWorld&) { return called(SYS_syslog, 10L, kNull, kNone); }
Answer restart_machine(const AttemptWorld&) {
  return called(SYS_reboot, kNone, kNone, kNone, kNull);
}
Answer load_kernel(const AttemptWorld&) { return called(SYS_kexec_load, kNone, 17L, kNull, -1L); }
Answer load_module_there(const AttemptWorld&) {
  return called(SYS_init_module, kNull, kNone, kNull);
}
Answer load_module_file(const AttemptWorld&) { return called(SYS_finit_module, -1, kNull, kNone); }
Answer unload_module(const AttemptWorld&) { return called(SYS_delete_module, kNull, kNone); }
#ifdef SYS_iopl
Answer raise_port_level(const AttemptWorld&) { return called(SYS_iopl, 3L); }
Answer open_ports(const AttemptWorld&) { return called(SYS_ioperm, 0x80L, 1L, 1L); }
Answer change_segments(const AttemptWorld&) { return called(SYS_modify_ldt, kNone, kNull, kNone); }
#else
Answer raise_port_level(const AttemptWorld&) { return kDoesNotApply; }
Answer open_ports(const AttemptWorld&) { return kDoesNotApply; }
Answer change_segments(const AttemptWorld&) { return kDoesNotApply; }
#endif
Answer swap_there(const AttemptWorld&) { return called(SYS_swapon, kNull, kNone); }
Answer set_clock(const AttemptWorld&) { return called(SYS_clock_settime, kNone, kNull); }
Answer use_quotas(const AttemptWorld&) { return called(SYS_quotactl, -1L, kNull, kNone, kNull); }
Answer add_a_key(const AttemptWorld&) {
  return called(SYS_add_key, kNull, kNull, kNull, kNone, kNone);
}
Answer use_keys(const AttemptWorld&) { return called(SYS_keyctl, kNone, -3L, kNone, kNone, kNone); }
Answer ask_for_key(const AttemptWorld&) {
  return called(SYS_request_key, kNull, kNull, kNull, kNone);
}
Answer load_bpf(const AttemptWorld&) { return called(SYS_bpf, -1L, kNull, kNone); }
Answer watch_performance(const AttemptWorld&) {
  return called(SYS_perf_event_open, kNull, kNone, -1L, -1L, kNone);
}
Answer handle_faults(const AttemptWorld&) { return called(SYS_userfaultfd, O_CLOEXEC); }
Answer use_io_uring(const AttemptWorld&) { return called(SYS_io_uring_setup, kNone, kNull); }
Answer watch_files(const AttemptWorld&) { return called(SYS_fanotify_init, -1L, kNone); }
Answer open_by_handle(const AttemptWorld&) {
  return called(SYS_open_by_handle_at, -1, kNull, kNone);
}
Answer ask_for_handle(const AttemptWorld&) {
  return called(SYS_name_to_handle_at, -1, kNull, kNull, kNull, kNone);
}
Answer fix_addresses(const AttemptWorld&) { return called(SYS_personality, 0x0040000L); }
Answer share_memory(const AttemptWorld&) { return called(SYS_shmget, 0x53746F63L, 4096L, 0L); }
Answer use_messages(const AttemptWorld&) { return called(SYS_msgget, 0x53746F63L, 0L); }
Answer use_message_queues(const AttemptWorld&) {
  return called(SYS_mq_open, kNull, kNone, kNone, kNull);
}
Answer change_capabilities(const AttemptWorld&) { return called(SYS_capset, kNull, kNull); }
Answer raise_limits(const AttemptWorld&) {
  rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
  rlimit now{};
  if (getrlimit(RLIMIT_NOFILE, &now) != 0) return errno;
  limit.rlim_cur = limit.rlim_max = now.rlim_max + 1;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? kOpen : errno;
}
Answer raise_priority(const AttemptWorld&) {
  return setpriority(PRIO_PROCESS, 0, -20) == 0 ? kOpen : errno;
}
Answer run_in_real_time(const AttemptWorld&) {
  const sched_param parameter{1};
  return sched_setscheduler(0, SCHED_FIFO, &parameter) == 0 ? kOpen : errno;
}

constexpr Attempt kKernelAttempts[] = {
    {"change-root", "change the root once more", change_root, kReport, Level::full},
    {"pivot", "exchange the root", pivot, kUnit, kUnit},
    {"mount-memory", "mount something", mount_memory_there, kReport, kUnit},
    {"remount-root", "make / writable", remount_root, kReport, kUnit},
    {"clone-tree", "copy a tree of mounts", clone_tree, kUnit, kUnit},
    {"open-file-system", "set up a file system", open_file_system, kUnit, kUnit},
    {"change-mounts", "change mounts", change_mounts, kUnit, kUnit},
    {"new-users", "make a user namespace", new_users, kUnit, kUnit},
    {"new-mounts", "make a mount namespace", new_mounts, kReport, kUnit},
    {"new-network", "make a network namespace", new_network, kReport, kUnit},
    {"enter-namespace", "enter another's namespace", enter_namespace, kUnit, kUnit},
    {"name-host", "rename the machine", name_host, kReport, kUnit},
    {"name-domain", "rename its domain", name_domain, kReport, kUnit},
    {"read-log", "ask for the kernel's messages", read_log, kUnit, kUnit},
    {"restart-machine", "call reboot", restart_machine, kReport, kUnit},
    {"load-kernel", "call kexec_load", load_kernel, kReport, kUnit},
    {"load-module", "call init_module", load_module_there, kReport, kUnit},
    {"load-module-file", "call finit_module", load_module_file, kReport, kUnit},
    {"unload-module", "call delete_module", unload_module, kReport, kUnit},
    {"raise-port-level", "call iopl", raise_port_level, kReport, kUnit},
    {"open-ports", "call ioperm", open_ports, kReport, kUnit},
    {"change-segments", "call modify_ldt", change_segments, kUnit, kUnit},
    {"swap", "call swapon", swap_there, kReport, kUnit},
    {"set-clock", "set the clock", set_clock, kReport, kUnit},
    {"use-quotas", "call quotactl", use_quotas, kUnit, kUnit},
    {"add-key", "add a key to the kernel", add_a_key, kUnit, kUnit},
    {"use-keys", "use a keyring of the kernel", use_keys, kUnit, kUnit},
    {"ask-for-key", "ask the kernel for a key", ask_for_key, kUnit, kUnit},
    {"load-bpf", "call bpf", load_bpf, kUnit, kUnit},
    {"watch-performance", "call perf_event_open", watch_performance, kUnit, kUnit},
    {"handle-faults", "handle page faults", handle_faults, kUnit, kUnit},
    {"use-io-uring", "use io_uring", use_io_uring, kUnit, kUnit},
    {"watch-files", "call fanotify_init", watch_files, kUnit, kUnit},
    {"open-by-handle", "open a file by its handle", open_by_handle, kUnit, kUnit},
    {"ask-for-handle", "ask for a file's handle", ask_for_handle, kUnit, kUnit},
    {"fix-addresses", "switch off random addresses", fix_addresses, kUnit, kUnit},
    {"share-memory", "use System V memory", share_memory, kUnit, kUnit},
    {"use-messages", "use System V messages", use_messages, kUnit, kUnit},
    {"use-message-queues", "use message queues", use_message_queues, kUnit, kUnit},
    {"change-capabilities", "change capabilities", change_capabilities, kUnit, kUnit},
    {"raise-limits", "raise a hard limit", raise_limits, kReport, kUnit},
    {"raise-priority", "raise its priority", raise_priority, kReport, kUnit},
    {"run-in-real-time", "run before everything else", run_in_real_time, kReport, kUnit},
};

}  // namespace

std::span<const Attempt> kernel_attempts() { return kKernelAttempts; }

}  // namespace stockade::jail
