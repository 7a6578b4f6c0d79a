#include "live_httpd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace stockade::effective {

namespace {

namespace fs = std::filesystem;

constexpr const char* kHttpd = "/usr/sbin/apache2";
constexpr const char* kModules = "/usr/lib/apache2/modules";
constexpr const char* kLoaded[] = {
    "mpm_prefork", "authn_core", "authz_core",  "authz_host",    "authz_user", "authn_file",
    "auth_basic",  "alias",      "dir",         "autoindex",     "mime",       "headers",
    "setenvif",    "cgi",        "status",      "access_compat", "rewrite",    "proxy",
    "proxy_http",  "userdir",    "vhost_alias", "env",           "negotiation"};

sockaddr_in address_of(const std::string& host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

int connect_from(const std::string& client, uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in from = address_of(client, 0);
  sockaddr_in to = address_of("127.0.0.1", port);
  socklen_t size = sizeof from;
  if (bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&from), &size) != 0 ||
      // Before httpd listens a socket may get the very port and then reach itself.
      from.sin_port == to.sin_port ||
      connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  chmod(path.c_str(), 0644);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Built once a process; empty where apxs is not there, "broken" where it cannot build it.
std::string oracle_module() {
  static const std::string path = [] {
    char pattern[] = "/tmp/stockade-oracle-XXXXXX";
    if (access("/usr/bin/apxs", X_OK) != 0 || mkdtemp(pattern) == nullptr) return std::string();
    const std::string directory = pattern;
    fs::copy_file(std::string(STOCKADE_SOURCE_DIR) + "/tests/effective/mod_oracle.c",
                  directory + "/mod_oracle.c");
    const std::string command = "cd '" + directory + "' && apxs -c mod_oracle.c >/dev/null 2>&1";
    const std::string built = directory + "/.libs/mod_oracle.so";
    return std::system(command.c_str()) == 0 && fs::exists(built) ? built : std::string("broken");
  }();
  return path;
}

Response parse(const std::string& text) {
  Response response;
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || !text.starts_with("HTTP/1.")) return response;
  response.received = true;
  response.status = std::atoi(text.c_str() + 9);
  response.body = text.substr(end + 4);
  std::istringstream head(text.substr(0, end));
  std::string line;
  std::getline(head, line);
  while (std::getline(head, line)) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = lower(line.substr(0, colon));
    const std::string value(trim(line.substr(colon + 1)));
    response.headers.emplace(name, value);
    response.in_order.emplace_back(name, value);
  }
  return response;
}

}  // namespace

std::string httpd_missing() {
  if (access(kHttpd, X_OK) != 0) return "no httpd is installed here";
  for (const char* module : kLoaded) {
    if (access(fmt::format("{}/mod_{}.so", kModules, module).c_str(), R_OK) != 0) {
      return fmt::format("httpd has no mod_{} here", module);
    }
  }
  return "";
}

SiteTree::SiteTree(Oracle oracle)
    : module_(oracle == Oracle::with ? oracle_module() : std::string()) {
  char pattern[] = "/tmp/stockade-site-XXXXXX";
  if (mkdtemp(pattern) != nullptr) directory_ = pattern;
  chmod(directory_.c_str(), 0755);
}

SiteTree::~SiteTree() {
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

std::string SiteTree::filled(std::string text) const {
  return replace_all(replace_all(std::move(text), "@W", directory_), "@P", std::to_string(port_));
}

void SiteTree::fill(const Site& site) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory_))
    fs::remove_all(entry.path(), ignored);
  reserved_ = test::ReservedPort();
  port_ = reserved_.number();
  const mode_t before = umask(0022);
  write_file(directory_ + "/users", "");
  for (const SiteFile& file : site.files) {
    const std::string path = directory_ + file.path;
    fs::create_directories(fs::path(path).parent_path(), ignored);
    if (file.directory) {
      fs::create_directories(path, ignored);
    } else if (!file.link.empty()) {
      fs::create_symlink(directory_ + file.link, path, ignored);
    } else {
      write_file(path, file.text.empty() ? path : filled(file.text));
    }
  }
  std::string text = fmt::format(
      "ServerRoot {0}\nPidFile {0}/pid\nErrorLog {0}/error.log\nDefaultRuntimeDir {0}\n"
      "Mutex file:{0} default\n",
      directory_);
  for (const char* module : kLoaded) {
    text += fmt::format("LoadModule {0}_module {1}/mod_{0}.so\n", module, kModules);
  }
  // This one changes how often httpd asks who is let in.
  if (std::any_of(site.lines.begin(), site.lines.end(), [](const std::string& line) {
        return line.find("AllowMethods") != std::string::npos;
      })) {
    text += fmt::format("LoadModule allowmethods_module {}/mod_allowmethods.so\n", kModules);
  }
  if (!module_.empty()) text += fmt::format("LoadModule oracle_module {}\n", module_);
  if (geteuid() == 0) text += "User www-data\nGroup www-data\n";
  text += fmt::format(
      "Listen 127.0.0.1:{}\nServerName main.example\nTypesConfig /dev/null\n"
      "KeepAlive Off\n",
      port_);
  for (const std::string& line : site.lines) text += filled(line) + "\n";
  write_file(config_file(), text);
  umask(before);
}

LiveHttpd::LiveHttpd(const SiteTree& tree) : tree_(tree) {
  process_ = fork();
  if (process_ == 0) {
    setsid();
    const int log =
        open((tree.directory() + "/output").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    umask(0022);
    execl(kHttpd, kHttpd, "-X", "-f", tree.config_file().c_str(), nullptr);
    _exit(127);
  }
  for (int tries = 0; tries < 3000; ++tries) {
    const int fd = connect_from("127.0.0.1", tree.port());
    if (fd >= 0) {
      close(fd);
      running_ = true;
      return;
    }
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      return;
    }
    usleep(2000);
  }
}

LiveHttpd::~LiveHttpd() {
  if (process_ <= 0) return;
  kill(process_, SIGTERM);
  for (int tries = 0; tries < 1000; ++tries) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) return;
    usleep(2000);
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::string LiveHttpd::complaint() const {
  return read_file(tree_.directory() + "/output") + read_file(tree_.directory() + "/error.log");
}

Response LiveHttpd::ask(const SiteRequest& request) const {
  const int fd = connect_from(request.client, tree_.port());
  if (fd < 0) return {};
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n",
                                 request.method, request.target, request.host, tree_.port());
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  if (request.method == "POST" || request.method == "PUT") text += "Content-Length: 0\r\n";
  text += "\r\n";
  std::string answer;
  if (send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())) {
    std::array<char, 8192> buffer{};
    for (;;) {
      pollfd waiting{fd, POLLIN, 0};
      if (poll(&waiting, 1, 10'000) <= 0) break;
      const ssize_t got = read(fd, buffer.data(), buffer.size());
      if (got <= 0) break;
      answer.append(buffer.data(), static_cast<size_t>(got));
    }
  }
  close(fd);
  return parse(answer);
}

}  // namespace stockade::effective
