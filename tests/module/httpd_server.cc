#include "httpd_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace stockade::module_test {

namespace {

std::string module_file() { return STOCKADE_BINARY_DIR "/mod_stockade.so"; }

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

pid_t spawn(const std::vector<std::string>& words, int output) {
  const pid_t tests = getpid();
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  setpgid(0, 0);  // httpd ends its whole process group
  if (getppid() != tests) _exit(126);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  umask(022);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

bool has_ended(pid_t pid, int milliseconds) {
  for (int i = 0; i < milliseconds / 10; ++i) {
    if (waitpid(pid, nullptr, WNOHANG) == pid) return true;
    usleep(10'000);
  }
  return false;
}

bool connects(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return connected;
}

}  // namespace

Output run(const std::vector<std::string>& words) {
  int ends[2];
  Output result;
  if (pipe2(ends, O_CLOEXEC) != 0) return result;
  const pid_t pid = spawn(words, ends[1]);
  close(ends[1]);
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    result.output.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

bool can_serve() {
  for (const std::string& file : {std::string(kHttpd), module_file()}) {
    if (access(file.c_str(), R_OK) == 0) continue;
    std::printf("NOTE: %s is not here: mod_stockade is not tried with a real httpd\n",
                file.c_str());
    return false;
  }
  return true;
}

void HttpdServer::write_config(const Wish& wish) const {
  const char* name = mpm_ == Mpm::event ? "event" : "prefork";
  std::string text = fmt::format(
      "ServerRoot {0}\nPidFile {0}/run/pid\nDefaultRuntimeDir {0}/run\nMutex pthread\n"
      "LoadModule mpm_{1}_module {2}/mod_mpm_{1}.so\n",
      tree_.path(), name, kModules);
  for (const char* module :
       {"authz_core", "remoteip", "status", "reqtimeout", "http2", "alias", "dir", "setenvif"}) {
    text += fmt::format("LoadModule {0}_module {1}/mod_{0}.so\n", module, kModules);
  }
  if (wish.load != "none") {
    text += fmt::format("LoadModule {}_module {}\n", wish.load.empty() ? "stockade" : wish.load,
                        module_file());
  }
  text += fmt::format(
      "Listen 127.0.0.1:{1}\nServerName localhost\nDocumentRoot {0}/htdocs\nErrorLog "
      "{0}/error.log\n"
      "LogFormat \"%a %>s %{{STOCKADE}}e %{{STOCKADE_CLASS}}e %U\" plain\n"
      "CustomLog {0}/access.log plain\nTimeout 20\nKeepAliveTimeout 20\nMaxKeepAliveRequests 0\n"
      "<Directory {0}/htdocs>\nRequire all granted\n</Directory>\nProtocols {2}\n",
      tree_.path(), port_, wish.protocols);
  if (geteuid() == 0) text += "User www-data\nGroup www-data\n";
  text += wish.processes.empty() ? "StartServers 1\n" : wish.processes;
  tree_.write("/httpd.conf", text + wish.site + "\n");
}

std::string HttpdServer::start(const Wish& wish) {
  tree_.chmod("/", 0755);
  tree_.make_directory("/run");
  tree_.make_directory("/htdocs");
  tree_.make_directory("/htdocs/static");
  const std::string hundred(100, 'x');
  for (const char* name : {"/htdocs/f.txt", "/htdocs/g.txt", "/htdocs/static/f.txt"}) {
    tree_.write(name, hundred);
  }
  processes_ = wish.process_count;
  for (int tries = 0; tries < 3; ++tries) {
    reserved_ = test::ReservedPort();
    port_ = reserved_.number();
    write_config(wish);
    const int output =
        open((tree_.path() + "/output").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    parent_ = spawn({kHttpd, "-f", tree_.path() + "/httpd.conf", "-DFOREGROUND"}, output);
    close(output);
    if (wait_until_it_serves()) return "";
    stop();
  }
  return "httpd does not serve: " + read(tree_.path() + "/output") + error_log();
}

bool HttpdServer::wait_until_it_serves() const {
  for (int i = 0; i < 1000; ++i) {
    if (waitpid(parent_, nullptr, WNOHANG) == parent_) return false;
    if (connects(port_) && children().size() >= processes_) return true;
    usleep(10'000);
  }
  return false;
}

Output HttpdServer::check(const Wish& wish) {
  tree_.make_directory("/run");
  tree_.make_directory("/htdocs");
  port_ = 1;
  write_config(wish);
  return run({kHttpd, "-t", "-f", tree_.path() + "/httpd.conf"});
}

bool HttpdServer::graceful(const Wish& wish) {
  write_config(wish);
  const size_t before = count_of(error_log(), "resuming normal operations");
  kill(parent_, SIGUSR1);
  for (int i = 0; i < 1000; ++i) {
    usleep(10'000);
    if (count_of(error_log(), "resuming normal operations") > before) return connects(port_);
  }
  return false;
}

void HttpdServer::stop() {
  if (parent_ <= 0) return;
  const std::vector<pid_t> left = children();
  kill(parent_, SIGTERM);
  if (!has_ended(parent_, 10'000)) {
    kill(parent_, SIGKILL);
    for (const pid_t child : left) kill(child, SIGKILL);
    waitpid(parent_, nullptr, 0);
  }
  parent_ = 0;
}

std::vector<pid_t> HttpdServer::children() const {
  std::vector<pid_t> pids;
  std::ifstream file(fmt::format("/proc/{0}/task/{0}/children", parent_));
  for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
  return pids;
}

std::string HttpdServer::error_log() const { return read(tree_.path() + "/error.log"); }
std::string HttpdServer::access_log() const { return read(tree_.path() + "/access.log"); }

bool is_full_run() {
  const char* mode = std::getenv("TEST_MODE");
  return mode != nullptr && std::string_view(mode) == "full";
}

size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace stockade::module_test
