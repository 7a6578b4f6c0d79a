// The units, started, reloaded and stopped by a real systemd.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "private_systemd.h"
#include "site.h"

namespace stockade::test {
namespace {

const std::string kUnits = "/etc/systemd/system/stockade-apache2.";

void expect_served(const JailSite& site, bool has_cgi) {
  Answer answer;
  for (int i = 0; i < 60 && answer.status == 0; ++i) {
    answer = ask(site.port(), "/");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(answer.status, 200) << site.error_log();
  if (has_cgi) {
    EXPECT_NE(ask(site.port(), "/cgi-bin/hello").body.find("uid 33"), std::string::npos)
        << site.error_log();
  }
  EXPECT_NE(ask(site.port(), "/features.php").body.find("date ok"), std::string::npos)
      << site.error_log();
  EXPECT_NE(served_serial(site.tls_port()), "");
}

class JailSystemd : public testing::TestWithParam<const char*> {};

TEST_P(JailSystemd, StartsReloadsAndStops) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  std::string kind = GetParam();
  const JailSite site;
  const bool has_cgi = kind != "closedWithoutCgi";
  if (!has_cgi) {
    site.drop_cgi();
    kind = "closed";
  }
  if (kind == "unprivileged") {
    // What it says of itself: the keys have to be readable by the site's account, the logs its own.
    site.edit("Group www-data\n", "Group www-data\nMutex pthread\n");
    for (const char* path : {"/logs", "/built/certificate-key.pem"})
      ASSERT_EQ(chown((site.tree().path() + path).c_str(), 33, 33), 0);
  }
  const PrivateSystemd systemd;
  if (!systemd.why_not().empty()) GTEST_SKIP() << systemd.why_not();
  const std::string program = std::string(STOCKADE_BINARY_DIR) + "/stockade";
  const std::string made =
      systemd.run(program + " jail unit --kind " + kind + " --into / --config " +
                  site.tree().path() + "/conf/apache2.conf");
  // There it is no installed package.
  systemd.run("sed -i s#/usr/bin/stockade#" + program + "# " + kUnits + "service");
  systemd.run("systemctl daemon-reload");
  if (kind != "supervised") systemd.run("systemctl start php8.2-fpm.service");
  if (std::string(systemd.run("ls /etc/systemd/system")).find(".socket") != std::string::npos)
    systemd.run("systemctl start stockade-apache2.socket");
  systemd.run("systemctl start stockade-apache2.service");
  ASSERT_TRUE(systemd.run("systemctl is-active stockade-apache2.service").starts_with("active"))
      << made << systemd.run("systemctl status -l --no-pager stockade-apache2.service")
      << site.error_log();
  expect_served(site, has_cgi);

  EXPECT_EQ(systemd.run("systemctl reload stockade-apache2.service"), "");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  expect_served(site, has_cgi);

  systemd.run("systemctl stop stockade-apache2.service stockade-apache2.socket");
  EXPECT_EQ(ask(site.port(), "/").status, 0);
  EXPECT_TRUE(systemd.run("systemctl show stockade-apache2.service -p Result --value")
                  .starts_with("success"));
  if (kind != "supervised") {
    EXPECT_TRUE(systemd.run("systemctl is-active php8.2-fpm.service").starts_with("active"));
    EXPECT_NE(systemd.run("ls /run/php").find("sock"), std::string::npos)
        << "the directory of php-fpm went with httpd's unit";
  }
}
INSTANTIATE_TEST_SUITE_P(Jail, JailSystemd,
                         testing::Values("hardened", "closed", "closedWithoutCgi", "unprivileged",
                                         "supervised"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace stockade::test
