#include "jail/rehearse/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstddef>

#include "base/file_system.h"
#include "base/live_file_system.h"
#include "base/text.h"

namespace stockade::jail {

#if defined(__x86_64__)

namespace {

constexpr uint32_t kTraced[] = {SYS_open, SYS_openat, SYS_execve, SYS_creat};

std::string text_of(pid_t process, unsigned long long address) {
  std::string text;
  char part[256];
  while (text.size() < PATH_MAX) {
    // Not beyond the page: the next one may not be there.
    const size_t wanted = std::min(sizeof part, static_cast<size_t>(4096 - address % 4096));
    iovec own{part, wanted};
    // An address of the other process, which is never followed here.
    iovec other{reinterpret_cast<void*>(address), wanted};  // NOLINT(performance-no-int-to-ptr)
    const ssize_t got = process_vm_readv(process, &own, 1, &other, 1, 0);
    if (got <= 0) return "";
    const std::string_view piece(part, static_cast<size_t>(got));
    const size_t end = piece.find('\0');
    text += piece.substr(0, end);
    if (end != std::string_view::npos) return text;
    address += static_cast<unsigned long long>(got);
  }
  return "";
}

std::string link_of(const std::string& path) {
  return LiveFileSystem().link_target(path).value_or("");
}

std::string absolute_of(pid_t process, long long directory, const std::string& path) {
  if (path.empty() || path.front() == '/') return path.empty() ? "" : normal_path(path);
  const std::string base =
      "/proc/" + std::to_string(process) +
      (directory == AT_FDCWD || directory < 0 ? "/cwd" : "/fd/" + std::to_string(directory));
  return absolute_path(link_of(base), path);
}

}  // namespace

bool Tracer::offer_to_trace() {
  std::vector<sock_filter> filter;
  filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const uint32_t number : kTraced) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return false;
  raise(SIGSTOP);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool Tracer::take(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status)) return false;
  const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD |
                       PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, nullptr, options) != 0) return false;
  states_[child];
  return ptrace(PTRACE_CONT, child, nullptr, nullptr) == 0;
}

void Tracer::enter_call(pid_t process, State& state) {
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, process, nullptr, &registers) != 0) return;
  const auto number = static_cast<long>(registers.orig_rax);
  state.call = {};
  state.call.program = std::string(
      trim(LiveFileSystem().read("/proc/" + std::to_string(process) + "/comm", 64).value_or("")));
  state.call.executes = number == SYS_execve;
  const bool is_at = number == SYS_openat;
  const unsigned long long path = is_at ? registers.rsi : registers.rdi;
  const unsigned long long flags = is_at ? registers.rdx : registers.rsi;
  const auto directory = is_at ? static_cast<int>(registers.rdi) : AT_FDCWD;
  state.call.writes =
      number == SYS_creat || (!state.call.executes && (flags & O_ACCMODE) != O_RDONLY);
  state.call.path = absolute_of(process, directory, text_of(process, path));
  state.in_call = true;
}

void Tracer::leave_call(pid_t process, State& state) {
  state.in_call = false;
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, process, nullptr, &registers) != 0) return;
  if (static_cast<long long>(registers.rax) >= 0 && !state.call.path.empty()) note_(state.call);
}

bool Tracer::handle(pid_t process, int status) {
  if (WIFEXITED(status) || WIFSIGNALED(status)) return states_.erase(process) > 0 && false;
  if (!WIFSTOPPED(status)) return false;
  State& state = states_[process];  // a new one stops before its parent tells of it
  const int event = status >> 16;
  const int number = WSTOPSIG(status);
  bool to_exit = false;
  int pass_on = 0;
  if (event == PTRACE_EVENT_SECCOMP) {
    enter_call(process, state);
    to_exit = true;
  } else if (number == (SIGTRAP | 0x80)) {
    if (state.in_call) leave_call(process, state);
  } else if (event == 0 && number != SIGSTOP && number != SIGTRAP) {
    pass_on = number;
  } else if (event == PTRACE_EVENT_EXEC && state.in_call && state.call.executes) {
    to_exit = true;  // its end is still to come
  }
  ptrace(to_exit ? PTRACE_SYSCALL : PTRACE_CONT, process, nullptr, static_cast<long>(pass_on));
  return true;
}

#else

bool Tracer::offer_to_trace() { return false; }
bool Tracer::take(pid_t) { return false; }
bool Tracer::handle(pid_t, int) { return false; }

#endif

}  // namespace stockade::jail
