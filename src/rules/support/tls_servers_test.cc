#include "rules/support/tls_servers.h"

#include <gtest/gtest.h>

#include "rules/example.h"
#include "rules/support/servers.h"

namespace stockade::rules {
namespace {

TEST(TakenAt, CountsFromTheEpoch) {
  Snapshot snapshot;
  snapshot.taken_at = "2026-11-24T01:02:03Z";
  EXPECT_EQ(taken_at(snapshot), 1795482123);
  EXPECT_EQ(date_of(1795482123), "2026-11-24");
  EXPECT_EQ(date_of(0), "1970-01-01");
  snapshot.taken_at = "";
  EXPECT_EQ(taken_at(snapshot), 0);
}

TEST(UsedCertificates, OnceForAllServersThatShowIt) {
  const Snapshot snapshot = example_snapshot(
      *parse_example("#: certificate /etc/ssl/a.pem names=a.example\n"
                     "Listen 443\nSSLCertificateFile /etc/ssl/a.pem\n"
                     "<VirtualHost *:443>\nServerName a.example\nSSLEngine on\n</VirtualHost>\n"
                     "<VirtualHost *:443>\nServerName b.example\nSSLEngine on\n</VirtualHost>\n"
                     "<VirtualHost *:443>\nServerName c.example\nSSLEngine on\n"
                     "SSLCertificateFile /etc/ssl/gone.pem\n</VirtualHost>\n"));
  const Rule rule{};
  Reporter report(snapshot, rule);
  const auto used = used_certificates(snapshot, report, "the end");
  ASSERT_EQ(used.size(), 1u);
  EXPECT_EQ(names_of(used[0].servers), "a.example:443 and b.example:443");
  EXPECT_EQ(used[0].certificate->names, std::vector<std::string>{"a.example"});
  ASSERT_EQ(report.gaps().size(), 1u);
  EXPECT_EQ(report.gaps()[0].what, "the end of /etc/ssl/gone.pem");
}

}  // namespace
}  // namespace stockade::rules
