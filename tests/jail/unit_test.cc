// The units: how exposed systemd finds them, and that what they start serves as they would start
// it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "output_of.h"
#include "site.h"

namespace stockade::test {
namespace {

double exposure_of(const JailSite& site, const std::string& kind) {
  const std::string into = site.tree().path() + "/" + kind;
  const auto made = robust::run({"jail", "unit", "--kind", kind, "--into", into, "--config",
                                 site.tree().path() + "/conf/apache2.conf"});
  EXPECT_EQ(made.status, 0) << made.errors;
  const std::string text = output_of("systemd-analyze security --offline=true --no-pager " + into +
                                     "/etc/systemd/system/stockade-apache2.service 2>&1");
  const size_t at = text.find("Overall exposure level");
  const size_t colon = at == std::string::npos ? at : text.find(": ", at);
  return colon == std::string::npos ? 10 : std::atof(text.c_str() + colon + 2);
}

TEST(JailUnit, IsFoundAsLittleExposedAsPromised) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  if (!std::filesystem::exists("/usr/bin/systemd-analyze"))
    GTEST_SKIP() << "systemd-analyze is not here";
  const JailSite site;
  const double hardened = exposure_of(site, "hardened");
  // mod_cgid needs one right more: it gives away a socket.
  const double with_cgi = exposure_of(site, "closed");
  EXPECT_LE(with_cgi, 1.3);
  site.drop_cgi();
  const double closed = exposure_of(site, "closed");
  const double unprivileged = exposure_of(site, "unprivileged");
  std::cout << "NOTE: systemd-analyze security: hardened " << hardened << ", closed " << closed
            << " (with mod_cgid " << with_cgi << ")" << ", unprivileged " << unprivileged << "\n";
  EXPECT_LE(hardened, 2.3);
  EXPECT_LE(closed, 1.2);
  EXPECT_LE(unprivileged, 0.1);
}

// The words of ExecStart, quotes taken off.
std::vector<std::string> command_of(const std::string& unit) {
  std::ifstream file(unit);
  std::vector<std::string> words;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("ExecStart=")) continue;
    std::string word;
    bool quoted = false;
    for (const char c : line.substr(10) + " ") {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        if (!word.empty()) words.push_back(word);
        word.clear();
      } else {
        word += c;
      }
    }
  }
  return words;
}

int listening(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd, 64), 0);
  return fd;
}

// What the unit "unprivileged" says: sockets from descriptor 3 on, the site's account, no
// capability, no new rights, a network that is empty.
TEST(JailUnit, ServesNeverHavingBeenRoot) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  const JailSite site;
  // As RuntimeDirectory= would make it.
  const std::string runtime =
      "/run/" + std::filesystem::path(site.tree().path()).filename().string();
  site.edit("/run/stockade-site", runtime);
  site.edit("Group www-data\n", "Group www-data\nMutex pthread\n");
  std::filesystem::create_directory(runtime);
  for (const std::string& path : {runtime, site.tree().path() + "/logs"})
    ASSERT_EQ(chown(path.c_str(), 33, 33), 0);
  ASSERT_EQ(chown((site.tree().path() + "/built/certificate-key.pem").c_str(), 33, 33), 0);
  const std::string into = site.tree().path() + "/units";
  const auto made = robust::run({"jail", "unit", "--kind", "unprivileged", "--into", into,
                                 "--config", site.tree().path() + "/conf/apache2.conf"});
  ASSERT_EQ(made.status, 0) << made.errors;
  std::vector<std::string> words =
      command_of(into + "/etc/systemd/system/stockade-apache2.service");
  ASSERT_GT(words.size(), 4u);
  for (std::string& word : words) {
    // Inside its root the module has another place.
    if (word.starts_with("LoadModule stockade_jail_module"))
      word = "LoadModule stockade_jail_module " + std::string(STOCKADE_BINARY_DIR) +
             "/mod_stockade_jail.so";
  }
  const int http = listening(site.port());
  const int tls = listening(site.tls_port());
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int a = fcntl(http, F_DUPFD, 100);
    const int b = fcntl(tls, F_DUPFD, 100);
    dup2(a, 3);
    dup2(b, 4);
    if (unshare(CLONE_NEWNET | CLONE_NEWIPC) != 0) _exit(1);
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
      prctl(PR_CAPBSET_DROP, capability);
    if (setgroups(0, nullptr) != 0 || setresgid(33, 33, 33) != 0 || setresuid(33, 33, 33) != 0)
      _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setenv("LISTEN_FDS", "2", 1);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(http);
  close(tls);
  Answer answer;
  for (int i = 0; i < 100 && answer.status == 0; ++i) {
    answer = ask(site.port(), "/");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(answer.status, 200) << site.error_log();
  EXPECT_NE(ask(site.port(), "/cgi-bin/hello").body.find("uid 33"), std::string::npos);
  EXPECT_NE(served_serial(site.tls_port()), "");
  kill(child, SIGTERM);
  waitpid(child, nullptr, 0);
  std::filesystem::remove_all(runtime);
}

}  // namespace
}  // namespace stockade::test
