// stockade-ban with a real nftables, in a network namespace of the test's own.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "httpd_server.h"
#include "limit/limiter.h"
#include "limit/protected_networks.h"
#include "scratch_tree.h"

namespace stockade::module_test {
namespace {

constexpr const char* kHelper = STOCKADE_BINARY_DIR "/stockade-ban";
constexpr const char* kNft = "/usr/sbin/nft";

limit::Network ipv4(uint32_t address, uint8_t length = 32) {
  return limit::Client::from_ipv4(address).network(length);
}

// Other tests of this process serve on it.
void bring_loopback_up() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    ioctl(fd, SIOCSIFFLAGS, &request);
  }
  close(fd);
}

class Helper : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* file : {kHelper, kNft}) {
      if (access(file, X_OK) != 0) {
        GTEST_SKIP() << "NOTE: " << file << " is not here: bans in the firewall are not tried";
      }
    }
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP()
          << "NOTE: without root no network of its own: bans in the firewall are not tried";
    }
    bring_loopback_up();
    if (nft("add table inet other") != 0) {
      GTEST_SKIP() << "NOTE: this kernel has no nftables: bans in the firewall are not tried";
    }
    nft("add set inet other mine { type ipv4_addr; }");
    nft("add element inet other mine { 198.51.100.1 }");
    other_ = ruleset("inet other");
    path_ = tree_.path() + "/stockade.table";
    make_table();
  }
  void TearDown() override { stop(SIGKILL); }

  void make_table() {
    region_ = limit::Region();
    ASSERT_EQ(limit::Region::create_at(path_.c_str(), {}, region_), limit::RegionError::none);
    limit::tell_protected(region_.header(),
                          std::vector{limit::range_of(0, limit::kIpv4Mark | 0xC6336400, 120)});
  }
  static int nft(const std::string& command) { return run({kNft, command}).exit_code; }
  static std::string ruleset(const std::string& table) {
    return run({kNft, "list table " + table}).output;
  }
  void ban(limit::Network network, limit::Seconds seconds, bool forwarded = false) {
    limit::Ban ban;
    limit::Limiter(region_, {})
        .ban(network, limit::BanReason::manual, seconds, region_.now(), ban, 0, forwarded);
  }
  void start(const std::vector<std::string>& more = {}, const char* ssh = "") {
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      setenv("SSH_CONNECTION", ssh, 1);
      // A confined process cannot be searched for leaks.
      setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
      const int log = open((tree_.path() + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      dup2(log, STDERR_FILENO);
      std::vector<char*> words = {const_cast<char*>(kHelper), const_cast<char*>("--table"),
                                  const_cast<char*>(path_.c_str())};
      for (const std::string& word : more) words.push_back(const_cast<char*>(word.c_str()));
      words.push_back(nullptr);
      execv(kHelper, words.data());
      _exit(127);
    }
  }
  int stop(int signal) {
    if (pid_ <= 0) return -1;
    kill(pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }
  static bool becomes(const std::function<bool()>& holds) {
    for (int i = 0; i < 300; ++i) {
      if (holds()) return true;
      usleep(50'000);
    }
    return false;
  }
  static bool holds(const std::string& address) {
    return ruleset("inet stockade").find(address + " ") != std::string::npos;
  }
  std::string log() const {
    std::ifstream file(tree_.path() + "/log");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string status_of_process(const std::string& field) const {
    std::ifstream file(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(field + ":")) return line.substr(line.find_last_of(" \t") + 1);
    }
    return "";
  }

  test::ScratchTree tree_;
  std::string path_;
  std::string other_;
  limit::Region region_;
  pid_t pid_ = 0;
};

TEST_F(Helper, CarriesBansToTheFirewallAndBack) {
  ban(ipv4(0x0B000001), 600);
  start();
  EXPECT_TRUE(becomes([] { return holds("11.0.0.1"); })) << log() << ruleset("inet stockade");
  ban(ipv4(0x0B000002), 600);
  ban({0x20010db8'00010000, 48, false}, 600);
  EXPECT_TRUE(becomes([] { return holds("11.0.0.2") && holds("2001:db8:1::"); })) << log();
  limit::Limiter(region_, {}).unban(ipv4(0x0B000001), region_.now());
  EXPECT_TRUE(becomes([] { return !holds("11.0.0.1"); })) << log();
  EXPECT_TRUE(holds("11.0.0.2"));
  EXPECT_EQ(ruleset("inet other"), other_) << "another's table is untouched";
  EXPECT_TRUE(becomes([&] { return region_.header().helper.in_force.load() == 2; }));
  EXPECT_EQ(limit::health_of(region_.header().helper, region_.seconds()),
            limit::HelperHealth::working);
}

TEST_F(Helper, BansEndByThemselvesWhenItIsKilled) {
  start();
  ban(ipv4(0x0B000001), 3);
  ban(ipv4(0x0B000002), 600);
  ASSERT_TRUE(becomes([] { return holds("11.0.0.1") && holds("11.0.0.2"); })) << log();
  stop(SIGKILL);
  EXPECT_TRUE(becomes([] { return !holds("11.0.0.1"); }));
  EXPECT_TRUE(holds("11.0.0.2"));
  const auto& helper = region_.header().helper;
  EXPECT_EQ(limit::health_of(helper, helper.seen.load() + limit::kHelperSilence + 1),
            limit::HelperHealth::dead);
}

TEST_F(Helper, SparesWhoeverMustNotBeBanned) {
  ban(ipv4(0xC6336409), 600);                  // 198.51.100.9, which httpd allows
  ban(ipv4(0xC6336400, 24), 600);              // the network around it
  ban(ipv4(0xCB007105), 600);                  // 203.0.113.5, the administrator's ssh
  ban(ipv4(0x7F000009), 600);                  // loopback
  ban(ipv4(0xC0000207), 600);                  // 192.0.2.7, --allow
  ban(ipv4(0x0B000009), 600, true);            // told by a proxy
  ban({0x20010db8'00000000, 32, false}, 600);  // wider than anything that is counted
  ban(ipv4(0x0B000001), 600);
  start({"--allow", "192.0.2.0/29"}, "203.0.113.5 50000 192.0.2.1 22");
  EXPECT_TRUE(becomes([] { return holds("11.0.0.1"); })) << log();
  EXPECT_TRUE(becomes([&] { return region_.header().helper.in_force.load() == 1; }));
  const std::string all = ruleset("inet stockade");
  for (const char* spared : {"198.51.100", "203.0.113.5", "127.0.0.9", "192.0.2.7", "11.0.0.9"}) {
    EXPECT_EQ(all.find(spared), std::string::npos) << all;
  }
  EXPECT_EQ(region_.header().helper.spared.load(), 6u);
  limit::tell_protected(region_.header(), std::vector{limit::range_of(0, limit::kIpv4Mark, 96)});
  EXPECT_TRUE(becomes([] { return !holds("11.0.0.1"); })) << "it is allowed since";
}

TEST_F(Helper, KeepsOneCapabilityAndAFilter) {
  start();
  ban(ipv4(0x0B000001), 600);
  ASSERT_TRUE(becomes([] { return holds("11.0.0.1"); })) << log();
  EXPECT_EQ(status_of_process("CapEff"), "0000000000001000");
  EXPECT_EQ(status_of_process("CapPrm"), "0000000000001000");
  EXPECT_EQ(status_of_process("CapBnd"), "0000000000001000");
  EXPECT_EQ(status_of_process("NoNewPrivs"), "1");
  EXPECT_EQ(status_of_process("Seccomp"), "2");
}

TEST_F(Helper, LeavesAnotherOnesTableOfItsName) {
  nft("add table inet stockade");
  nft("add set inet stockade theirs { type ipv4_addr; }");
  const std::string before = ruleset("inet stockade");
  ban(ipv4(0x0B000001), 600);
  start({"--once"});
  EXPECT_EQ(wait(), 1);
  EXPECT_EQ(ruleset("inet stockade"), before);
  EXPECT_NE(log().find("was made by somebody else and is left alone"), std::string::npos) << log();
}

TEST_F(Helper, MakesItsTableAgainWhenTheRulesetIsFlushed) {
  start();
  ban(ipv4(0x0B000001), 600);
  ASSERT_TRUE(becomes([] { return holds("11.0.0.1"); })) << log();
  nft("delete table inet stockade");
  ban(ipv4(0x0B000002), 600);
  EXPECT_TRUE(becomes([] { return holds("11.0.0.1") && holds("11.0.0.2"); })) << log();
}

TEST_F(Helper, FollowsANewTableAndRefusesADamagedOne) {
  start();
  ban(ipv4(0x0B000001), 600);
  ASSERT_TRUE(becomes([] { return holds("11.0.0.1"); })) << log();
  unlink(path_.c_str());
  std::ofstream(path_) << std::string(100'000, 'x');
  chmod(path_.c_str(), 0600);
  EXPECT_TRUE(becomes([&] { return log().find("no table of Stockade") != std::string::npos; }));
  make_table();
  ban(ipv4(0x0B000003), 600);
  EXPECT_TRUE(becomes([] { return holds("11.0.0.3") && !holds("11.0.0.1"); })) << log();
}

TEST_F(Helper, ADryRunSaysWhatItWouldDo) {
  ban(ipv4(0x0B000001), 600);
  start({"--dry-run", "--once"});
  EXPECT_EQ(wait(), 0);
  EXPECT_NE(log().find("would ban 11.0.0.1/32 for "), std::string::npos) << log();
  EXPECT_NE(nft("list table inet stockade"), 0) << "nothing was made";
  EXPECT_EQ(region_.header().helper.seen.load(), 0u);
}

TEST_F(Helper, SaysWhatWordsItAccepts) {
  EXPECT_EQ(run({kHelper, "--ports", "0"}).exit_code, 2);
  EXPECT_NE(run({kHelper, "--ports", "80,x"}).output.find("accepted are ports, 80,443"),
            std::string::npos);
  EXPECT_NE(run({kHelper, "--allow", "host"}).output.find("is no network: accepted are"),
            std::string::npos);
  EXPECT_NE(run({kHelper, "--bogus"}).output.find("unknown word"), std::string::npos);
}

}  // namespace
}  // namespace stockade::module_test
