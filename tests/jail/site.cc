#include "site.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "test_certificate.h"

namespace stockade::test {
namespace {

const std::string kCorpus = std::string(STOCKADE_SOURCE_DIR) + "/tests/corpus/jail-site";

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// Waits for the end of this process, however it ends, and brings the jail down then.
int start_guard(const std::string& state) {
  const pid_t parent = getpid();
  const pid_t guard = fork();
  if (guard != 0) return guard;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGUSR1);
  int number = 0;
  if (getppid() == parent) sigwait(&set, &number);
  const std::string program = std::string(STOCKADE_BINARY_DIR) + "/stockade";
  execl(program.c_str(), "stockade", "jail", "down", "--state", state.c_str(), nullptr);
  _exit(127);
}

int connected(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{45, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

std::string why_no_jail() {
  if (geteuid() != 0) return "only root makes jails";
  const pid_t child = fork();
  if (child == 0)
    _exit(unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUSER) == 0 ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  if (status != 0) return "namespaces are refused here";
  for (const char* needed : {"/usr/sbin/apache2", "/usr/sbin/php-fpm8.2"}) {
    if (!std::filesystem::exists(needed)) return std::string(needed) + " is not here";
  }
  return "";
}

// Not below /tmp, which is the jail's own.
JailSite::JailSite() : tree_(geteuid() == 0 ? "/var/lib" : "") {
  tree_.chmod("", 0755);
  tree_.make_directory("/logs");
  tree_.make_directory("/site");
  std::filesystem::copy(kCorpus + "/htdocs", tree_.path() + "/site/htdocs",
                        std::filesystem::copy_options::recursive);
  std::filesystem::create_directories(tree_.path() + "/built/cgi-bin");
  std::filesystem::copy_file(std::string(STOCKADE_BINARY_DIR) + "/jail-site/cgi-bin/hello",
                             tree_.path() + "/built/cgi-bin/hello");
  CertificateWish wish;
  wish.names = {"jail.test"};
  const auto made = make_certificate(wish);
  tree_.write("/built/certificate.pem", made.certificate);
  tree_.write("/built/certificate-key.pem", made.key, 0600);
  std::string text = content(kCorpus + "/apache2.conf");
  text = replaced(text, "site_logs /var/log/apache2", "site_logs " + tree_.path() + "/logs");
  text = replaced(text, "../../../build/release/jail-site", tree_.path() + "/built");
  text = replaced(text, "site_port 8088", "site_port " + std::to_string(port()));
  text = replaced(text, "site_tls_port 8448", "site_tls_port " + std::to_string(tls_port()));
  text = replaced(text, "/jail-site/htdocs(/|$)", "/site/htdocs(/|$)");
  text = replaced(text, "/jail-site/cgi-bin(/|$)", "/built/cgi-bin(/|$)");
  text = replaced(text, "DocumentRoot htdocs", "DocumentRoot " + tree_.path() + "/site/htdocs");
  tree_.write("/conf/apache2.conf", text);
  guard_ = start_guard(state());
}

JailSite::~JailSite() {
  jail("down");
  kill(guard_, SIGKILL);
  waitpid(guard_, nullptr, 0);
}

robust::Outcome JailSite::jail(const std::string& word, std::vector<std::string> options) const {
  std::vector<std::string> words{"jail", word, "--state", state()};
  for (const char* planning : {"up", "plan", "diff", "rehearse", "build"}) {
    if (word == planning)
      options.insert(options.end(), {"--config", tree_.path() + "/conf/apache2.conf", "--learned",
                                     tree_.path() + "/learned"});
  }
  if (word == "plan" || word == "build") words = {"jail", word};
  words.insert(words.end(), options.begin(), options.end());
  return robust::run(words, {}, word == "up" ? prepare_ : nullptr);
}
robust::Outcome JailSite::up(std::vector<std::string> options) const {
  return jail("up", std::move(options));
}

std::string JailSite::error_log() const {
  return content(tree_.path() + "/logs/jail-site-error.log") +
         content(state() + "/apache2/output.log");
}

void JailSite::edit(const std::string& from, const std::string& to) const {
  tree_.write("/conf/apache2.conf",
              replaced(content(tree_.path() + "/conf/apache2.conf"), from, to));
}

void JailSite::drop_cgi() const {
  for (const std::string line : {"ScriptAlias", "LoadModule cgid_module", "ScriptSock"})
    edit(line, "#" + line);
}

void JailSite::configure(const std::string& lines) const {
  tree_.write("/conf/apache2.conf", content(tree_.path() + "/conf/apache2.conf") + lines + "\n");
}

int JailSite::process() const {
  const std::string text = jail("status").output;
  const size_t at = text.find("process 1 in it is ");
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + 19);
}

Answer ask(uint16_t port, const std::string& path) {
  const int fd = connected(port);
  if (fd < 0) return {};
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: jail.test\r\nConnection: close\r\n\r\n";
  std::string text;
  if (write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
    char part[8192];
    for (ssize_t got = 0; (got = read(fd, part, sizeof part)) > 0;)
      text.append(part, static_cast<size_t>(got));
  }
  close(fd);
  Answer answer;
  if (text.starts_with("HTTP/1.1 ")) answer.status = std::atoi(text.c_str() + 9);
  const size_t end = text.find("\r\n\r\n");
  if (end != std::string::npos) answer.body = text.substr(end + 4);
  return answer;
}

void ask_and_leave(uint16_t port, const std::string& path) {
  const int fd = connected(port);
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: jail.test\r\n\r\n";
  char part[64];
  if (write(fd, request.data(), request.size()) > 0) (void)!read(fd, part, sizeof part);
  close(fd);
}

std::string served_serial(uint16_t port) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free);
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
  const int fd = connected(port);
  std::string serial;
  if (fd >= 0 && SSL_set_fd(ssl.get(), fd) == 1 && SSL_connect(ssl.get()) == 1) {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(ssl.get()),
                                                             X509_free);
    unsigned char* bytes = nullptr;
    const int size = certificate ? i2d_X509(certificate.get(), &bytes) : 0;
    if (size > 0)
      serial = std::to_string(std::hash<std::string>()(
          std::string(reinterpret_cast<char*>(bytes), static_cast<size_t>(size))));
    OPENSSL_free(bytes);
  }
  if (fd >= 0) close(fd);
  return serial;
}

}  // namespace stockade::test
