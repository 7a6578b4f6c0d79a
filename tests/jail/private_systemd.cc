#include "private_systemd.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "output_of.h"

namespace stockade::test {
namespace {

// The tree of control groups, as the kernel has it and not as the machine shows it: a systemd that
// is given the machine's own would share groups with it.
constexpr const char* kShowGroups = R"(mount --make-rprivate /
umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 none /sys/fs/cgroup
)";
constexpr const char* kEnterGroup = R"(
mkdir /sys/fs/cgroup/$GROUP && echo $$ >/sys/fs/cgroup/$GROUP/cgroup.procs || exit 1
exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child sh -c "$SCRIPT"
)";
constexpr const char* kRemoveGroup = R"(
find /sys/fs/cgroup/$GROUP -depth -type d -exec rmdir {} \;
)";

// Memory over all that a systemd would start, clean or leave behind; of the machine's units the one
// of php-fpm stays.
constexpr const char* kScript = R"(set -e
mount --make-rprivate /
php=$(cat /usr/lib/systemd/system/php8.2-fpm.service)
for directory in /run /etc/systemd/system /usr/lib/systemd/system /usr/lib/systemd/system-generators; do
  mount -t tmpfs tmpfs $directory
done
mkdir -p /var/lib/stockade /run/php
mount -t tmpfs tmpfs /var/lib/stockade
mount -t proc proc /proc
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 none /sys/fs/cgroup
printf '%s\n' "$php" >/usr/lib/systemd/system/php8.2-fpm.service
for target in nothing sysinit basic shutdown sockets multi-user network; do
  printf '[Unit]\nDescription=nothing\nDefaultDependencies=no\n' >/usr/lib/systemd/system/$target.target
done
printf '%s\n' '[Unit]' 'DefaultDependencies=no' '[Service]' 'Type=oneshot' 'ExecStart=/bin/true' \
  'ProtectSystem=strict' 'PrivateTmp=yes' 'PrivateNetwork=yes' 'PrivateIPC=yes' 'PrivateUsers=yes' \
  'ProtectProc=invisible' 'ProcSubset=pid' >/usr/lib/systemd/system/probe.service
export container=test
exec /lib/systemd/systemd --system --unit=nothing.target --log-target=null --show-status=no
)";

pid_t child_of(pid_t process) {
  const std::string path =
      "/proc/" + std::to_string(process) + "/task/" + std::to_string(process) + "/children";
  return std::atoi(output_of("cat " + path + " 2>/dev/null").c_str());
}

}  // namespace

PrivateSystemd::PrivateSystemd() {
  if (!std::filesystem::exists("/lib/systemd/systemd") ||
      !std::filesystem::exists("/usr/lib/systemd/system/php8.2-fpm.service")) {
    why_not_ = "systemd or php-fpm's unit is not here";
    return;
  }
  group_ = "stockade-test-" + std::to_string(getpid());
  outer_ = fork();
  if (outer_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) dup2(nowhere, fd);
    setsid();
    setenv("GROUP", group_.c_str(), 1);
    setenv("SCRIPT", kScript, 1);
    execlp("unshare", "unshare", "--mount", "sh", "-c",
           (std::string(kShowGroups) + kEnterGroup).c_str(), nullptr);
    _exit(127);
  }
  for (int i = 0; i < 100; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    systemd_ = child_of(outer_);
    if (systemd_ <= 0 || !run("systemctl is-system-running").starts_with("running")) continue;
    if (const std::string told = run("systemctl start probe.service"); !told.empty())
      why_not_ = "a systemd here cannot close a service in: " + told;
    return;
  }
  why_not_ = "a systemd in namespaces of its own does not come up here";
}

PrivateSystemd::~PrivateSystemd() {
  if (outer_ <= 0) return;
  kill(outer_, SIGKILL);  // and with it process 1 of the namespace, and all in it
  waitpid(outer_, nullptr, 0);
  // Its processes are ended by the kernel, one after the other.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  output_of("GROUP=" + group_ + " unshare --mount sh -c '" + kShowGroups + kRemoveGroup + "' 2>&1");
}

std::string PrivateSystemd::run(const std::string& command) const {
  return output_of("timeout 60 nsenter -t " + std::to_string(systemd_) +
                   " --mount --pid --uts --ipc --cgroup " + command + " 2>&1 </dev/null");
}

}  // namespace stockade::test
