// What is not to be read, written, cut or made.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "jail/verify/attempt.h"

namespace stockade::jail {
namespace {

Answer opened(const char* path, int flags) {
  const int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
  return fd >= 0 ? kOpen : errno;
}
Answer opened_any(std::initializer_list<const char*> paths, int flags) {
  Answer answer = ENOENT;
  for (const char* path : paths) {
    answer = opened(path, flags);
    if (answer == kOpen) return kOpen;
  }
  return answer;
}
Answer to_write(const std::string& path) {
  return path.empty() ? kDoesNotApply : opened(path.c_str(), O_WRONLY);
}

Answer read_shadow(const AttemptWorld&) { return opened("/etc/shadow", O_RDONLY); }
Answer read_ssh_keys(const AttemptWorld&) { return opened("/root/.ssh", O_RDONLY | O_DIRECTORY); }
Answer read_environment(const AttemptWorld&) { return opened("/proc/1/environ", O_RDONLY); }
Answer read_outer_root(const AttemptWorld&) {
  return opened("/proc/1/root/etc", O_RDONLY | O_DIRECTORY);
}
Answer read_kernel_memory(const AttemptWorld&) {
  return opened_any({"/proc/kcore", "/dev/mem", "/dev/kmem", "/dev/port"}, O_RDONLY);
}
Answer read_kernel_messages(const AttemptWorld&) { return opened("/dev/kmsg", O_RDONLY); }
Answer read_disk(const AttemptWorld&) {
  return opened_any({"/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/xvda", "/dev/mmcblk0"},
                    O_RDONLY);
}
Answer open_fuse(const AttemptWorld&) { return opened("/dev/fuse", O_RDWR); }
Answer open_tunnel(const AttemptWorld&) { return opened("/dev/net/tun", O_RDWR); }
Answer open_terminal_maker(const AttemptWorld&) { return opened("/dev/ptmx", O_RDWR); }
Answer write_core_pattern(const AttemptWorld&) {
  return opened("/proc/sys/kernel/core_pattern", O_WRONLY);
}
Answer write_sysrq(const AttemptWorld&) { return opened("/proc/sysrq-trigger", O_WRONLY); }
Answer open_cgroups(const AttemptWorld&) {
  return opened_any({"/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/release_agent"},
                    O_WRONLY);
}
Answer write_library(const AttemptWorld& world) { return to_write(world.library); }
Answer write_accounts(const AttemptWorld&) { return opened("/etc/passwd", O_WRONLY); }
Answer write_config(const AttemptWorld& world) { return to_write(world.config_file); }
Answer write_program(const AttemptWorld& world) { return to_write(world.httpd); }
Answer write_module(const AttemptWorld& world) { return to_write(world.module); }
Answer write_preload(const AttemptWorld&) {
  const int fd = open("/etc/ld.so.preload", O_WRONLY | O_CLOEXEC);  // not made where it is missing
  if (fd >= 0) return kOpen;
  return errno == ENOENT && access("/etc", W_OK) == 0 ? kOpen : errno;
}
Answer write_crontab(const AttemptWorld&) {
  return access("/etc/cron.d", W_OK) == 0 ? kOpen : errno;
}
Answer make_in_content(const AttemptWorld& world) {
  if (world.content_directory.empty()) return kDoesNotApply;
  return access(world.content_directory.c_str(), W_OK) == 0 ? kOpen : errno;
}
Answer make_in_root(const AttemptWorld&) { return access("/", W_OK) == 0 ? kOpen : errno; }
Answer read_secret(const AttemptWorld& world) {
  return world.secret.empty() ? kDoesNotApply : opened(world.secret.c_str(), O_RDONLY);
}
Answer write_secret(const AttemptWorld& world) { return to_write(world.secret); }

// A file of the verifier's own in the directory of the logs; whoever verifies removes it.
std::string own_log(const AttemptWorld& world) { return world.log_directory + "/.stockade-verify"; }
Answer cut_log(const AttemptWorld& world) {
  if (world.log_directory.empty()) return kDoesNotApply;
  const int fd = open(own_log(world).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  return ftruncate(fd, 0) == 0 ? kOpen : errno;
}
Answer remove_log(const AttemptWorld& world) {
  if (world.log_directory.empty()) return kDoesNotApply;
  const int fd = open(own_log(world).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  return unlink(own_log(world).c_str()) == 0 ? kOpen : errno;
}
Answer replace_log(const AttemptWorld& world) {
  if (world.log_directory.empty()) return kDoesNotApply;
  const int fd = open(own_log(world).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  const std::string other = own_log(world) + ".1";
  if (rename(own_log(world).c_str(), other.c_str()) != 0) return errno;
  rename(other.c_str(), own_log(world).c_str());
  return kOpen;
}

const char* const kScratch = "/tmp/.stockade-verify";

Answer make_setuid(const AttemptWorld&) {
  const int fd = open(kScratch, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  const Answer answer = fchmod(fd, 04755) == 0 ? kOpen : errno;
  unlink(kScratch);
  return answer;
}
Answer make_node(mode_t kind, unsigned major_number, unsigned minor_number) {
  if (mknod(kScratch, kind | 0600, makedev(major_number, minor_number)) != 0) return errno;
  unlink(kScratch);
  return kOpen;
}
Answer make_memory_device(const AttemptWorld&) { return make_node(S_IFCHR, 1, 1); }
Answer make_disk_device(const AttemptWorld&) { return make_node(S_IFBLK, 8, 0); }
Answer link_accounts(const AttemptWorld&) {
  if (link("/etc/passwd", kScratch) != 0) return errno;
  unlink(kScratch);
  return kOpen;
}

// A directory that was open when the jail was closed leads out of it.
Answer find_directory(const AttemptWorld&) {
  for (int fd = 0; fd < 1024; ++fd) {
    struct stat status{};
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) return kOpen;
  }
  return ENOENT;
}

constexpr Attempt kFileAttempts[] = {
    {"read-shadow", "read /etc/shadow", read_shadow, kReport, kFull},
    {"read-ssh-keys", "open /root/.ssh", read_ssh_keys, kReport, kFull},
    {"read-environment", "read the environment of process 1", read_environment, kReport, kFull},
    {"read-outer-root", "open the root of process 1", read_outer_root, kReport, kFull},
    {"read-kernel-memory", "read the kernel's memory", read_kernel_memory, kReport, kFull},
    {"read-kernel-messages", "read the kernel's messages", read_kernel_messages, kReport, kFull},
    {"read-disk", "read a disk", read_disk, kReport, kFull},
    {"open-fuse", "open /dev/fuse", open_fuse, kChroot, kFull},
    {"open-tunnel", "open /dev/net/tun", open_tunnel, kChroot, kFull},
    {"open-terminal-maker", "open /dev/ptmx", open_terminal_maker, kChroot, kFull},
    {"write-core-pattern", "open core_pattern for writing", write_core_pattern, kReport, kUnit},
    {"write-sysrq", "open sysrq-trigger for writing", write_sysrq, kReport, kUnit},
    {"open-cgroups", "open cgroups for writing", open_cgroups, kReport, kUnit},
    {"write-library", "open libc for writing", write_library, kReport, kUnit},
    {"write-accounts", "open /etc/passwd for writing", write_accounts, kReport, kUnit},
    {"write-config", "open the configuration for writing", write_config, kReport, kUnit},
    {"write-program", "open the httpd program for writing", write_program, kReport, kUnit},
    {"write-module", "open a module for writing", write_module, kReport, kUnit},
    {"write-preload", "open /etc/ld.so.preload for writing", write_preload, kReport, kUnit},
    {"write-crontab", "make files in /etc/cron.d", write_crontab, kReport, kUnit},
    {"make-in-content", "make files beside what is served", make_in_content, kUnit, kUnit},
    {"make-in-root", "make files in /", make_in_root, kReport, kUnit},
    {"read-secret", "read the private key", read_secret, kReport, kReport},
    {"write-secret", "open the private key for writing", write_secret, kReport, kUnit},
    {"cut-log", "cut a log", cut_log, kReport, kFull, Means::landlock_cutting},
    {"remove-log", "remove a log", remove_log, kReport, kFull, Means::landlock},
    {"replace-log", "rename a log", replace_log, kReport, kFull, Means::landlock},
    {"make-setuid", "make a program that runs as its owner", make_setuid, kUnit, kUnit},
    {"make-memory-device", "make a device of the memory", make_memory_device, kReport, kUnit},
    {"make-disk-device", "make a device of a disk", make_disk_device, kReport, kUnit},
    {"link-accounts", "link to /etc/passwd", link_accounts, kUnit, kUnit},
    {"find-directory", "find an open directory that leads out", find_directory, kReport, kUnit},
};

}  // namespace

std::span<const Attempt> file_attempts() { return kFileAttempts; }

}  // namespace stockade::jail
