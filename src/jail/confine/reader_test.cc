// Each in a process of its own, which ends as a reader.
#include "jail/confine/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <scratch_tree.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "jail/confine/landlock.h"

namespace stockade::jail {
namespace {

// What `attempt` answers in a reader: 0, or an error.
int as_reader(const std::string& writable, const std::function<int()>& attempt) {
  const pid_t pid = fork();
  if (pid == 0) {
    if (!become_reader({{writable}})) _exit(255);
    _exit(attempt());
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

int opened(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd >= 0 ? 0 : errno;
}

TEST(Reader, ReadsEverywhereAndWritesWhereItMay) {
  if (landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  const test::ScratchTree own, other;
  other.write("/a.log", "x");
  EXPECT_EQ(as_reader(own.path(), [&] { return opened(other.path() + "/a.log", O_RDONLY); }), 0);
  EXPECT_EQ(as_reader(own.path(), [&] { return opened(other.path() + "/a.log", O_WRONLY); }),
            EACCES);
  EXPECT_EQ(as_reader(own.path(), [&] { return opened(other.path() + "/b", O_RDWR | O_CREAT); }),
            EACCES);
  EXPECT_EQ(as_reader(own.path(), [&] { return opened(own.path() + "/b", O_RDWR | O_CREAT); }), 0);
  EXPECT_EQ(as_reader(own.path(),
                      [&] { return ::unlink((other.path() + "/a.log").c_str()) == 0 ? 0 : errno; }),
            EACCES);
}

TEST(Reader, StartsNothingAndTalksToNobody) {
  const test::ScratchTree own;
  EXPECT_EQ(as_reader(own.path(), [] { return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0; }),
            EPERM);
  EXPECT_EQ(as_reader(own.path(), [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0; }),
            EPERM);
  EXPECT_EQ(as_reader(own.path(),
                      [] {
                        char name[] = "/bin/true";
                        char* const words[] = {name, nullptr};
                        ::execv(name, words);
                        return errno;
                      }),
            EPERM);
}

TEST(Reader, KeepsNoPowerOfRoots) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  const test::ScratchTree own;
  EXPECT_EQ(as_reader(own.path(), [] { return ::setuid(65534) == 0 ? 0 : errno; }), EPERM);
  EXPECT_EQ(
      as_reader(own.path(), [&] { return ::chown(own.path().c_str(), 65534, 0) == 0 ? 0 : errno; }),
      EPERM);
}

// An older kernel, or one that has it switched off.
TEST(Reader, SaysWhatAKernelCannotTakeAway) {
  const pid_t pid = fork();
  if (pid == 0) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const int call = seccomp_syscall_resolve_name("landlock_create_ruleset");
    if (call == __NR_SCMP_ERROR || seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0) != 0 ||
        seccomp_load(filter) != 0)
      _exit(2);
    const auto missing = become_reader({{"/"}});
    if (!missing || missing->size() != 1) _exit(3);
    _exit(missing->front().find("no Landlock") != std::string::npos ? 0 : 4);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

TEST(Reader, SaysWhichFolderIsNotThere) {
  if (landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  const pid_t pid = fork();
  if (pid == 0) {
    const auto done = become_reader({{"/tmp", "/no/such/folder"}});
    _exit(!done && done.error().message().find("/no/such/folder") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace stockade::jail
