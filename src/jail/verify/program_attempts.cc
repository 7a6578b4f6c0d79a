// What is not to be started, and memory that is not to become code.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include "jail/verify/attempt.h"

namespace stockade::jail {
namespace {

// Comes back only where the program was not started: the verifier sees the rest.
Answer execute(const char* path, std::vector<const char*> arguments) {
  arguments.push_back(nullptr);
  const char* const nothing[] = {nullptr};
  execve(path, const_cast<char* const*>(arguments.data()), const_cast<char* const*>(nothing));
  return errno;
}
Answer execute_any(std::initializer_list<const char*> paths) {
  Answer answer = ENOENT;
  for (const char* path : paths) {
    const Answer one = execute(path, {path, "--version"});
    if (answer == ENOENT) answer = one;
  }
  return answer;
}

Answer exec_shell(const AttemptWorld&) { return execute("/bin/sh", {"sh", "-c", ":"}); }
Answer exec_bash(const AttemptWorld&) { return execute("/bin/bash", {"bash", "-c", ":"}); }
Answer exec_perl(const AttemptWorld&) { return execute_any({"/usr/bin/perl"}); }
Answer exec_python(const AttemptWorld&) { return execute_any({"/usr/bin/python3"}); }
Answer exec_fetcher(const AttemptWorld&) { return execute_any({"/usr/bin/curl", "/usr/bin/wget"}); }
Answer exec_setuid(const AttemptWorld&) {
  return execute_any({"/usr/bin/su", "/usr/bin/passwd", "/usr/bin/sudo"});
}
Answer exec_httpd(const AttemptWorld& world) {
  return execute(world.httpd.c_str(), {"httpd", "-v"});
}
Answer exec_php(const AttemptWorld& world) {
  return world.php.empty() ? kDoesNotApply : execute(world.php.c_str(), {"php-fpm", "-v"});
}

// libc is a program too: it tells its version. Whatever can be dropped and started would be one.
const char* const kDropped = "/tmp/.stockade-verify-program";
Answer drop_program(const AttemptWorld& world) {
  const int from = open(world.library.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) return errno;
  unlink(kDropped);
  const int to = open(kDropped, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
  if (to < 0) return errno;
  char part[8192];
  for (ssize_t got = 0; (got = read(from, part, sizeof part)) > 0;) {
    if (write(to, part, static_cast<size_t>(got)) != got) return EIO;
  }
  close(to);
  return kOpen;
}
Answer exec_dropped(const AttemptWorld& world) {
  const Answer dropped = drop_program(world);
  return dropped == kOpen ? execute(kDropped, {kDropped}) : dropped;
}
Answer exec_dropped_by_loader(const AttemptWorld& world) {
  const Answer dropped = drop_program(world);
  return dropped == kOpen ? execute(world.loader.c_str(), {"ld.so", kDropped}) : dropped;
}
Answer map_dropped(const AttemptWorld& world) {
  const Answer dropped = drop_program(world);
  if (dropped != kOpen) return dropped;
  const int fd = open(kDropped, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED ? kOpen
                                                                                      : errno;
}
Answer exec_from_memory(const AttemptWorld&) {
  const int fd = memfd_create("x", MFD_CLOEXEC);
  return fd >= 0 ? kOpen : errno;
}
Answer exec_by_descriptor(const AttemptWorld&) {
  const long result = syscall(SYS_execveat, -1, nullptr, nullptr, nullptr, 0);
  return result == 0 ? kOpen : errno == EPERM ? EPERM : kReached;
}
Answer map_writable_code(const AttemptWorld&) {
  return mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
              0) != MAP_FAILED
             ? kOpen
             : errno;
}
Answer make_code_of_data(const AttemptWorld&) {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return errno;
  return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? kOpen : errno;
}
Answer make_process(const AttemptWorld&) {
  const pid_t child = static_cast<pid_t>(syscall(SYS_clone, 17, nullptr, nullptr, nullptr, 0));
  if (child == 0) _exit(0);
  return child > 0 ? kOpen : errno;
}

constexpr Attempt kProgramAttempts[] = {
    {"exec-shell", "start /bin/sh", exec_shell, kChroot, kFull},
    {"exec-bash", "start /bin/bash", exec_bash, kChroot, kFull},
    {"exec-perl", "start perl", exec_perl, kChroot, kFull},
    {"exec-python", "start python", exec_python, kChroot, kFull},
    {"exec-fetcher", "start curl or wget", exec_fetcher, kChroot, kFull},
    {"exec-setuid", "start su, passwd or sudo", exec_setuid, kChroot, kFull},
    {"exec-httpd", "start httpd itself", exec_httpd, kChroot, kFull, Means::landlock},
    {"exec-php", "start php-fpm itself", exec_php, kChroot, kFull, Means::landlock},
    {"exec-dropped", "start a program left in /tmp", exec_dropped, kUnit, kUnit},
    {"exec-dropped-by-loader", "start it by way of the loader", exec_dropped_by_loader, kUnit,
     kUnit},
    {"map-dropped", "map it as code", map_dropped, kUnit, kUnit},
    {"exec-from-memory", "make a file in memory to start", exec_from_memory, kUnit, kUnit},
    {"exec-by-descriptor", "start a program by its descriptor", exec_by_descriptor, kUnit, kUnit},
    {"map-writable-code", "map memory that is written to and run", map_writable_code, kUnit, kUnit},
    {"make-code-of-data", "make written memory run", make_code_of_data, kUnit, kUnit},
    {"make-process", "make another process", make_process, Level::strict, Level::report,
     Means::every_kernel, true},
};

}  // namespace

std::span<const Attempt> program_attempts() { return kProgramAttempts; }

}  // namespace stockade::jail
