#include "private_world.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_system.h"
#include "test_certificate.h"

namespace stockade::judge {

namespace {

using Problem = std::string;  // empty: none

Problem failed(const char* what, const std::string& subject) {
  return fmt::format("{} {}: {}", what, subject, std::strerror(errno));
}

bool write_text(const std::string& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  const bool done = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return close(file) == 0 && done;
}

void make_directories(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    mkdir(path.substr(0, slash).c_str(), 0755);
  }
  mkdir(path.c_str(), 0755);
}

Problem leave_the_machines_mounts() {
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return failed("unshare", "mount namespace");
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", fmt::format("0 {} 1", uid));
    write_text("/proc/self/gid_map", fmt::format("0 {} 1", gid));
  }
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return failed("make private", "/");
  }
  return "";
}

// /usr and /dev of the machine; /bin and /lib as links into /usr, or as they are.
Problem show_programs(const std::string& root) {
  for (const std::string name : {"/usr", "/dev", "/bin", "/lib", "/lib64", "/sbin"}) {
    struct stat status{};
    if (lstat(name.c_str(), &status) != 0) continue;
    const std::string inside = root + name;
    if (S_ISLNK(status.st_mode)) {
      if (symlink(("usr" + name).c_str(), inside.c_str()) != 0) return failed("link", inside);
      continue;
    }
    mkdir(inside.c_str(), 0755);
    if (mount(name.c_str(), inside.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
      return failed("mount", name);
    }
    if (name != "/dev") {
      // Refused for an ordinary user, who could not write there anyway.
      mount(nullptr, inside.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr);
    }
  }
  // Examples put files there, and httpd needs none of what is there.
  for (const std::string name : {"/usr/local", "/usr/share", "/usr/lib/cgi-bin"}) {
    mount("world", (root + name).c_str(), "tmpfs", 0, "mode=755");
  }
  return "";
}

std::string account_lines(const rules::ExampleMachine& machine) {
  std::string lines;
  for (const host::Account& account : machine.accounts) {
    lines += fmt::format("{}:x:{}:{}::{}:{}\n", account.name, account.uid, account.gid,
                         account.home, account.shell);
  }
  return lines;
}

std::string group_lines(const rules::ExampleMachine& machine) {
  std::string lines;
  for (const host::Group& group : machine.groups) {
    lines += fmt::format("{}:x:{}:\n", group.name, group.gid);
  }
  return lines;
}

// Debian names the file of ssl_module mod_ssl.so. One without a file is compiled in.
std::string prelude(const rules::ExampleMachine& machine) {
  std::string lines = "TypesConfig /dev/null\n";
  for (const std::string& module : rules::example_modules(machine)) {
    const std::string file = fmt::format("/usr/lib/apache2/modules/mod_{}.so",
                                         module.substr(0, module.rfind("_module")));
    if (access(file.c_str(), R_OK) == 0) lines += fmt::format("LoadModule {} {}\n", module, file);
  }
  return lines;
}

// httpd refuses an empty file in SSLCertificateFile and SSLCertificateKeyFile. Certificate and key
// in one text: it is either.
const std::string& key_pair() {
  static const std::string text = [] {
    const test::MadeCertificate made = test::make_certificate({});
    return made.certificate + made.key;
  }();
  return text;
}

bool holds_key_pair(const rules::Example& example, const std::string& path) {
  if (example.machine.files.at(path).has_content) return false;
  return path.ends_with(".key") || path.ends_with(".pem") || path.ends_with(".crt") ||
         example.machine.certificate(path) != nullptr;
}

Problem make_file(const std::string& path, const rules::ExampleFile& file,
                  const std::string& content) {
  if (file.type == FileType::directory) {
    make_directories(path);
  } else {
    make_directories(std::string(parent_path(path)));
    const bool made = file.type == FileType::symlink
                          ? symlink(file.target.c_str(), path.c_str()) == 0
                          : write_text(path, content);
    // Below /usr the machine's own file stays: httpd -t reads none of those that examples put
    // there.
    if (!made && path.find("/usr/") != std::string::npos) return "";
    if (!made) return failed("make", path);
  }
  if (file.type != FileType::symlink) chmod(path.c_str(), file.mode);
  return "";
}

Problem fill(const rules::Example& example) {
  for (const char* directory :
       {"/etc/apache2/logs", "/var/log/apache2", "/var/log/httpd", "/var/lock/apache2",
        "/run/apache2", "/tmp", "/var/cache/apache2", "/var/www"}) {
    make_directories(directory);
  }
  if (symlink("/run", "/var/run") != 0) return failed("link", "/var/run");
  const std::pair<const char*, std::string> files[] = {
      {"/etc/passwd", account_lines(example.machine)},
      {"/etc/group", group_lines(example.machine)},
      {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
      {"/etc/hosts", "127.0.0.1 localhost\n"},
      {kPrelude, prelude(example.machine)},
      {"/etc/apache2/apache2.conf", example.text},
  };
  for (const auto& [path, text] : files) {
    if (!write_text(path, text)) return failed("write", path);
  }
  for (const auto& [path, file] : example.machine.files) {
    const std::string& content = holds_key_pair(example, path) ? key_pair() : file.content;
    if (Problem problem = make_file(path, file, content); !problem.empty()) return problem;
  }
  return "";
}

}  // namespace

std::string enter_private_world(const std::string& directory, const rules::Example& example) {
  Problem problem = leave_the_machines_mounts();
  if (!problem.empty()) return problem;
  umask(0022);
  if (mount("world", directory.c_str(), "tmpfs", 0, "mode=755") != 0) {
    return failed("mount a file tree on", directory);
  }
  problem = show_programs(directory);
  if (!problem.empty()) return problem;
  if (chroot(directory.c_str()) != 0 || chdir("/") != 0) return failed("enter", directory);
  return fill(example);
}

}  // namespace stockade::judge
