// The whole of it: a real httpd and php-fpm in a real jail.
#include <dirent.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "output_of.h"
#include "site.h"
#include "test_certificate.h"

namespace stockade::test {
namespace {

#define NEEDS_JAILS() \
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why

bool is_full() {
  const char* mode = std::getenv("TEST_MODE");
  return mode != nullptr && std::string(mode) == "full";
}

// What everybody of the site has to get, at every level.
void expect_served(const JailSite& site) {
  EXPECT_EQ(ask(site.port(), "/").status, 200);
  EXPECT_GT(ask(site.port(), "/static/large.html").body.size(), 10'000u);
  EXPECT_EQ(ask(site.port(), "/old").status, 302);
  EXPECT_NE(ask(site.port(), "/cgi-bin/hello").body.find("hello from a CGI, uid 33"),
            std::string::npos);
  const std::string features = ask(site.port(), "/features.php").body;
  EXPECT_NE(features.find("zone ok\n"), std::string::npos);
  EXPECT_NE(features.find("session ok\n"), std::string::npos);
  EXPECT_NE(features.find("no-write ok\n"), std::string::npos);
  EXPECT_EQ(ask(site.port(), "/server-status?auto").status, 200);
  EXPECT_NE(served_serial(site.tls_port()), "");
}

// Processes whose command line holds the text.
int processes_with(const std::string& text) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    // A process may end while it is looked at: a stream would throw.
    const std::string path = entry.path().string() + "/cmdline";
    const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path.c_str(), "r"), fclose);
    char bytes[4096];
    const size_t got = file ? fread(bytes, 1, sizeof bytes, file.get()) : 0;
    const std::string_view words(bytes, got);
    if (words.find(text) != std::string_view::npos) ++count;
  }
  return count;
}

bool gone_soon(const std::string& text) {
  for (int i = 0; i < 500; ++i) {
    if (processes_with(text) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool is_mounted(const std::string& text) {
  std::ifstream file("/proc/self/mountinfo");
  const std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return all.find(text) != std::string::npos;
}

class JailLevel : public testing::TestWithParam<const char*> {};

TEST_P(JailLevel, ServesHoldsAndLeavesNothing) {
  NEEDS_JAILS();
  const JailSite site;
  const auto up = site.up({"--level", GetParam()});
  ASSERT_EQ(up.status, 0) << up.errors << site.error_log();
  expect_served(site);

  const auto verified = site.jail("verify", {"--format", "json"});
  EXPECT_EQ(verified.status, 0) << verified.output << verified.errors;
  const auto report = nlohmann::json::parse(verified.output, nullptr, false);
  ASSERT_FALSE(report.is_discarded());
  EXPECT_EQ(report["unexpected"], 0);
  EXPECT_GE(report["attempts"].size(), 4u * 100);
  EXPECT_EQ(report["roles"].size(), 4u) << "master, worker, cgi and php";

  // A graceful restart ends threads, which is when a forgotten libgcc_s shows.
  EXPECT_EQ(site.jail("reload").status, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  expect_served(site);
  EXPECT_EQ(site.error_log().find("exit signal"), std::string::npos) << site.error_log();

  EXPECT_EQ(site.jail("down").status, 0);
  EXPECT_TRUE(gone_soon(site.tree().path()));
  EXPECT_FALSE(is_mounted(site.tree().path()));
  EXPECT_FALSE(std::filesystem::exists(site.state() + "/apache2"));
}
INSTANTIATE_TEST_SUITE_P(Jail, JailLevel, testing::Values("unit", "chroot", "full", "strict"),
                         [](const auto& level) { return std::string(level.param); });

TEST(JailStrict, WorkerIsRefusedEverything) {
  NEEDS_JAILS();
  const JailSite site;
  ASSERT_EQ(site.up().status, 0);
  const auto report =
      nlohmann::json::parse(site.jail("verify", {"--format", "json"}).output, nullptr, false);
  ASSERT_FALSE(report.is_discarded());
  EXPECT_EQ(report["roles"]["worker"]["open"], 0);
  EXPECT_GE(report["roles"]["worker"]["refused"].get<int>(), 110);
  // Its own key, and what a master does: processes, sockets of its own network.
  for (const auto& attempt : report["attempts"]) {
    if (attempt["role"] != "master" || attempt["refused"]) continue;
    const std::string id = attempt["id"];
    EXPECT_TRUE(id == "read-secret" || id == "make-process" || id == "internet-socket" ||
                attempt["answer"] == "not asked")
        << id;
  }
}

TEST(JailLife, SwapsGenerationsWithoutAFailedRequest) {
  NEEDS_JAILS();
  const JailSite site;
  // A hundred times the attempts would take ten minutes: they have tests of their own.
  ASSERT_EQ(
      site.up(is_full() ? std::vector<std::string>{"--unverified"} : std::vector<std::string>{})
          .status,
      0);
  std::atomic<bool> done = false;
  std::atomic<int> asked = 0;
  std::atomic<int> failed = 0;
  std::thread client([&] {
    while (!done) {
      ++asked;
      if (ask(site.port(), asked % 8 == 0 ? "/features.php" : "/").status != 200) ++failed;
    }
  });
  const int swaps = is_full() ? 100 : 3;
  for (int i = 0; i < swaps; ++i) {
    const auto swapped = site.jail("swap");
    EXPECT_EQ(swapped.status, 0) << swapped.errors;
  }
  done = true;
  client.join();
  std::cout << "NOTE: " << swaps << " swaps, " << asked << " requests, " << failed << " failed\n";
  EXPECT_EQ(failed, 0);
  EXPECT_GT(asked, 100);
  EXPECT_NE(site.jail("status").output.find("generation " + std::to_string(swaps + 1)),
            std::string::npos);
}

TEST(JailLife, ServesARenewedCertificate) {
  NEEDS_JAILS();
  const JailSite site;
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  const std::string before = served_serial(site.tls_port());
  // As certbot and every editor do: another file takes the name.
  CertificateWish wish;
  wish.names = {"jail.test"};
  const auto made = make_certificate(wish);
  site.tree().write("/built/new.pem", made.certificate);
  site.tree().write("/built/new-key.pem", made.key, 0600);
  std::filesystem::rename(site.tree().path() + "/built/new.pem",
                          site.tree().path() + "/built/certificate.pem");
  std::filesystem::rename(site.tree().path() + "/built/new-key.pem",
                          site.tree().path() + "/built/certificate-key.pem");
  const auto refreshed = site.jail("refresh");
  EXPECT_EQ(refreshed.status, 0) << refreshed.errors;
  std::string after;
  for (int i = 0; i < 100 && (after.empty() || after == before); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    after = served_serial(site.tls_port());
  }
  EXPECT_NE(after, before);
  EXPECT_NE(site.jail("refresh").output.find("nothing had changed"), std::string::npos);
}

TEST(JailLife, TellsOfAReplacedFileAndASwapBringsIt) {
  NEEDS_JAILS();
  const JailSite site;
  std::filesystem::copy_file("/usr/lib/apache2/modules/mod_headers.so",
                             site.tree().path() + "/built/mod_headers.so");
  site.edit("/usr/lib/apache2/modules/mod_headers.so",
            site.tree().path() + "/built/mod_headers.so");
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  EXPECT_EQ(site.jail("status").status, 0);
  // As dpkg does it.
  std::filesystem::copy_file("/usr/lib/apache2/modules/mod_headers.so",
                             site.tree().path() + "/built/upgraded.so");
  std::filesystem::rename(site.tree().path() + "/built/upgraded.so",
                          site.tree().path() + "/built/mod_headers.so");
  const auto stale = site.jail("status");
  EXPECT_EQ(stale.status, 1);
  EXPECT_NE(stale.output.find("mod_headers.so"), std::string::npos) << stale.output;
  EXPECT_EQ(site.jail("swap").status, 0);
  EXPECT_EQ(site.jail("status").status, 0);
}

TEST(JailPlan, ListensWhereEachFormOfListenSays) {
  NEEDS_JAILS();
  for (const char* form : {"", "*:", "0.0.0.0:", "[::]:", "localhost:", "127.0.0.1:"}) {
    const JailSite site;
    site.edit("Listen 127.0.0.1:${site_port}", std::string("<IfDefine !Nothing>\nListen ") + form +
                                                   "${site_port} http\n</IfDefine>");
    const auto up = site.up({"--unverified"});
    EXPECT_EQ(up.status, 0) << form << up.errors << site.error_log();
    EXPECT_EQ(ask(site.port(), "/").status, 200) << form;
    EXPECT_EQ(site.jail("reload").status, 0) << form;
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    EXPECT_EQ(ask(site.port(), "/").status, 200) << form;
    EXPECT_NE(served_serial(site.tls_port()), "") << form;
  }
}

// As the httpd of httpd.apache.org has it: "PidFile logs/httpd.pid".
TEST(JailPlan, KeepsLogsWhereTransientFilesLieAmongThem) {
  NEEDS_JAILS();
  const JailSite site;
  const std::string logs = site.tree().path() + "/logs";
  site.edit("PidFile /run/stockade-site", "PidFile " + logs);
  site.edit("shmcb:/run/stockade-site", "shmcb:" + logs);
  site.edit("ScriptSock /run/stockade-site", "ScriptSock " + logs);
  site.edit("DefaultRuntimeDir /run/stockade-site", "DefaultRuntimeDir " + logs);
  const auto up = site.up({"--unverified"});
  ASSERT_EQ(up.status, 0) << up.errors << site.error_log();
  expect_served(site);
  EXPECT_NE(output_of("cat " + logs + "/jail-site-access.log").find("GET /features.php"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(logs + "/apache2.pid"));
}

TEST(JailLife, GoesOnAsBeforeWhereTheConfigurationIsBad) {
  NEEDS_JAILS();
  const JailSite site;
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  site.configure("NoSuchDirective on");
  const auto reloaded = site.jail("reload");
  EXPECT_NE(reloaded.status, 0);
  EXPECT_NE(reloaded.errors.find("NoSuchDirective"), std::string::npos) << reloaded.errors;
  EXPECT_NE(site.jail("swap").status, 0);
  EXPECT_EQ(ask(site.port(), "/").status, 200);
  site.edit("NoSuchDirective on", "");
  EXPECT_EQ(site.jail("reload").status, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  expect_served(site);
}

TEST(JailLife, RotatesLogsThatItCannotCut) {
  NEEDS_JAILS();
  const JailSite site;
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  EXPECT_EQ(ask(site.port(), "/").status, 200);
  const std::string log = site.tree().path() + "/logs/jail-site-access.log";
  std::filesystem::rename(log, log + ".1");
  EXPECT_EQ(site.jail("reload").status, 0);
  for (int i = 0; i < 100 && !std::filesystem::exists(log); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(ask(site.port(), "/").status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_GT(std::filesystem::file_size(log), 0u);
  struct stat status{};
  ASSERT_EQ(stat(log.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 0u) << "on the disk it is root's, as without a jail";
}

// kill -9 of the supervisor, whatever it is doing.
// "jail up --foreground", silent; `words`: a program that starts it, and its own.
pid_t start_supervisor(const JailSite& site, std::vector<std::string> words,
                       const std::vector<std::string>& options) {
  words.insert(words.end(),
               {std::string(STOCKADE_BINARY_DIR) + "/stockade", "jail", "up", "--foreground",
                "--state", site.state(), "--config", site.tree().path() + "/conf/apache2.conf"});
  words.insert(words.end(), options.begin(), options.end());
  const pid_t child = fork();
  if (child != 0) return child;
  if (freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
  if (freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

// At a boot, or in a container: such numbers are given anew inside.
TEST(JailStrict, ComesUpWhereTheSupervisorHasALowNumber) {
  NEEDS_JAILS();
  const JailSite site;
  const pid_t child = start_supervisor(
      site, {"unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "timeout", "60"}, {});
  int status = 0;
  for (int i = 0; i < 300 && status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = ask(site.port(), "/").status;
  }
  EXPECT_EQ(status, 200) << site.error_log();
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(gone_soon(site.tree().path()));
}

TEST(JailLife, AKilledSupervisorLeavesNothing) {
  NEEDS_JAILS();
  const JailSite site;
  const int times = is_full() ? 100 : 6;
  for (int i = 0; i < times; ++i) {
    const pid_t child = start_supervisor(site, {}, {"--unverified"});
    std::this_thread::sleep_for(std::chrono::milliseconds(3 + i * 37 % 450));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    ASSERT_TRUE(gone_soon(site.tree().path())) << "after kill " << i;
    ASSERT_FALSE(is_mounted(site.tree().path()));
  }
  std::cout << "NOTE: " << times << " supervisors killed, nothing left of them\n";
  const auto up = site.up({"--unverified"});
  EXPECT_EQ(up.status, 0) << up.errors;
  EXPECT_EQ(ask(site.port(), "/").status, 200);
}

TEST(JailErrors, SayWhatIsWrong) {
  NEEDS_JAILS();
  const JailSite site;
  EXPECT_NE(site.jail("status").errors.find("it is not up"), std::string::npos);
  site.edit("ServerTokens Prod", "ServerTokens Nonsense");
  const auto refused = site.up();
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.errors.find("httpd would not start"), std::string::npos) << refused.errors;
  site.edit("ServerTokens Nonsense", "ServerTokens Prod");
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  EXPECT_NE(site.up({"--unverified"}).errors.find("it is up already"), std::string::npos);
  EXPECT_EQ(ask(site.port(), "/").status, 200) << "the second did not disturb the first";
  // Another jail on the same addresses.
  EXPECT_NE(site.up({"--unverified", "--name", "other"}).errors.find("another server holds it"),
            std::string::npos);
}

// The book's jail: a tree of copies, and chroot. The first graceful restart is where the others
// fall.
TEST(JailCopied, ServesFromATreeOfCopies) {
  NEEDS_JAILS();
  const JailSite site;
  const std::string tree = site.tree().path() + "/copy";
  const auto built = site.jail("build", {tree});
  ASSERT_EQ(built.status, 0) << built.errors;
  const size_t at = built.output.find("chroot ");
  ASSERT_NE(at, std::string::npos) << built.output;
  const std::string command = built.output.substr(at, built.output.find('\n', at) - at);
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", ("exec " + command + " 2>/dev/null").c_str(), nullptr);
    _exit(127);
  }
  Answer answer;
  for (int i = 0; i < 100 && answer.status == 0; ++i) {
    answer = ask(site.port(), "/");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(answer.status, 200);
  kill(child, SIGUSR1);
  std::this_thread::sleep_for(std::chrono::milliseconds(2000));
  EXPECT_EQ(ask(site.port(), "/").status, 200);
  EXPECT_NE(ask(site.port(), "/cgi-bin/hello").body.find("uid 33"), std::string::npos);
  kill(child, SIGTERM);
  waitpid(child, nullptr, 0);
  std::ifstream log(tree + site.tree().path() + "/logs/jail-site-error.log");
  const std::string text((std::istreambuf_iterator<char>(log)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find("resuming normal operations"), std::string::npos) << text;
  EXPECT_EQ(text.find("exit signal"), std::string::npos) << text;
}

// What the packaged builder of chroots makes of the same site, given the program, its modules and
// all of the site: what it lacks is what the plan knows.
TEST(JailCopied, JailkitsCopyDoesNotServeByItself) {
  NEEDS_JAILS();
  if (!std::filesystem::exists("/usr/sbin/jk_cp")) GTEST_SKIP() << "jailkit is not here";
  const JailSite site;
  const std::string tree = site.tree().path() + "/jailkit";
  std::filesystem::create_directory(tree);
  std::string files = "/usr/sbin/apache2 " + site.tree().path() + "/conf " + site.tree().path() +
                      "/site " + site.tree().path() + "/built";
  std::ifstream config(site.tree().path() + "/conf/apache2.conf");
  for (std::string line; std::getline(config, line);) {
    if (line.starts_with("LoadModule ")) files += " " + line.substr(line.rfind(' ') + 1);
  }
  ASSERT_EQ(std::system(("jk_cp -j " + tree + " " + files + " >/dev/null 2>&1").c_str()), 0);
  const std::string command = "timeout 5 chroot " + tree + " /usr/sbin/apache2 -DFOREGROUND -d " +
                              site.tree().path() + " -f " + site.tree().path() +
                              "/conf/apache2.conf >" + site.tree().path() + "/said 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream said(site.tree().path() + "/said");
  std::string first;
  std::getline(said, first);
  std::cout << "NOTE: jailkit's copy of the same site: "
            << (status == 0 ? "serves" : "does not start: " + first.substr(0, 90)) << "\n";
  EXPECT_NE(status, 0);
}

// A directory of the host must never get the jail's own files.
TEST(JailErrors, RefusesToMakeItsFilesInTheHosts) {
  NEEDS_JAILS();
  const JailSite site;
  for (const char* directory : {"/etc", "/usr/lib"}) {
    const auto refused = site.up({"--unverified", "--writable", directory});
    EXPECT_EQ(refused.status, 2) << directory;
    EXPECT_NE(refused.errors.find("bound as a whole"), std::string::npos) << refused.errors;
  }
}

TEST(JailRehearsal, LearnsWhatThePlanCannotKnow) {
  NEEDS_JAILS();
  const JailSite site;
  site.tree().write("/elsewhere/data.txt", "found");
  site.tree().write("/site/htdocs/reads.php", "<?php echo @file_get_contents('" +
                                                  site.tree().path() + "/elsewhere/data.txt');");
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  EXPECT_EQ(ask(site.port(), "/reads.php").body.find("found"), std::string::npos);
  EXPECT_EQ(ask(site.port(), "/cgi-bin/hello").status, 200);
  EXPECT_EQ(site.jail("down").status, 0);
  // It asks for what the access log shows.
  const auto learned = site.jail("rehearse");
  EXPECT_EQ(learned.status, 0) << learned.errors;
  EXPECT_NE(learned.output.find("learned data     " + site.tree().path() + "/elsewhere/data.txt"),
            std::string::npos)
      << learned.output;
  EXPECT_NE(learned.output.find("200 /cgi-bin/hello"), std::string::npos) << learned.output;
  EXPECT_NE(learned.output.find("round 2: 0 learned"), std::string::npos) << learned.output;
  ASSERT_EQ(site.up({"--unverified"}).status, 0);
  EXPECT_NE(ask(site.port(), "/reads.php").body.find("found"), std::string::npos);
}

}  // namespace
}  // namespace stockade::test
