// The watcher's unit, started by a real systemd: it reads what the group adm may read, keeps its
// store, and none of the calls that it needs is refused to it.
#include <grp.h>
#include <gtest/gtest.h>
#include <scratch_tree.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../jail/private_systemd.h"

namespace stockade::test {
namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// The state folder of a unit with a user of its own, and the link to it.
class StateFolder {
 public:
  StateFolder() : name_("stockade-test-" + std::to_string(getpid())) {}
  ~StateFolder() {
    std::error_code ignored;
    fs::remove_all("/var/lib/private/" + name_, ignored);
    fs::remove("/var/lib/" + name_, ignored);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

TEST(WatchService, ReadsLogsAndKeepsItsStore) {
  const group* const adm = getgrnam("adm");
  if (geteuid() != 0 || adm == nullptr) GTEST_SKIP() << "not root, or no group adm";
  const PrivateSystemd systemd;
  if (!systemd.why_not().empty()) GTEST_SKIP() << systemd.why_not();
  // The unit sees no /tmp and no home.
  const ScratchTree tree("/var/lib");
  ASSERT_EQ(chmod(tree.path().c_str(), 0755), 0);
  const std::string program = tree.path() + "/stockade", log = tree.path() + "/auth.log";
  fs::copy_file(std::string(STOCKADE_BINARY_DIR) + "/stockade", program);
  std::ofstream(log) << "";
  ASSERT_EQ(chown(log.c_str(), 0, adm->gr_gid), 0);
  ASSERT_EQ(chmod(log.c_str(), 0640), 0);

  const StateFolder state;
  const std::string store = "/var/lib/" + state.name() + "/watch.db";
  std::ifstream in(std::string(STOCKADE_SOURCE_DIR) + "/packaging/systemd/stockade-watch.service");
  std::string unit((std::istreambuf_iterator<char>(in)), {});
  unit = replaced(unit, "/usr/bin/stockade watch", program + " watch " + log + " --store " + store);
  unit = replaced(unit, "StateDirectory=stockade", "StateDirectory=" + state.name());
  const std::string copy = tree.path() + "/stockade-watch.service";
  std::ofstream(copy) << unit;
  systemd.run("cp " + copy + " /etc/systemd/system/ && systemctl daemon-reload");
  systemd.run("systemctl start stockade-watch.service");

  std::string incidents;
  for (int i = 0; i < 100 && incidents.find("192.0.2.77") == std::string::npos; ++i) {
    std::ofstream out(log, std::ios::app);
    out << "2026-11-30T10:00:00+00:00 host sshd[" << 100 + i
        << "]: Failed password for root from 192.0.2.77 port 4000 ssh2\n";
    out.close();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    incidents = systemd.run(program + " incidents --store " + store);
  }
  EXPECT_NE(incidents.find("192.0.2.77"), std::string::npos)
      << incidents << systemd.run("systemctl status -l --no-pager stockade-watch.service");
  EXPECT_TRUE(systemd.run("systemctl is-active stockade-watch.service").starts_with("active"));
  EXPECT_EQ(systemd.run("systemctl show stockade-watch.service -p NRestarts --value"), "0\n");
  systemd.run("systemctl stop stockade-watch.service");
  EXPECT_TRUE(systemd.run("systemctl show stockade-watch.service -p Result --value")
                  .starts_with("success"));
}

}  // namespace
}  // namespace stockade::test
