#include "rules/support/servers.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

Snapshot read(std::string_view text) { return example_snapshot(*parse_example(text)); }

std::string serving(std::string_view text) {
  const Snapshot snapshot = read(text);
  return names_of(serving_servers(snapshot));
}

constexpr std::string_view kHosts =
    "<VirtualHost *:80>\nServerName a.example\n</VirtualHost>\n"
    "<VirtualHost 192.0.2.1:443>\nServerName b.example\nSSLEngine on\n</VirtualHost>\n";

TEST(ServingServers, TheMainServerAnswersWhereNoHostDoes) {
  EXPECT_EQ(serving("Listen 80\n"), "main server");
  EXPECT_EQ(serving("Listen 80\n" + std::string(kHosts)), "a.example:80 and b.example:443");
  EXPECT_EQ(serving("Listen 80\nListen 192.0.2.1:443\n" + std::string(kHosts)),
            "a.example:80 and b.example:443");
  EXPECT_EQ(serving("Listen 80\nListen 443\n" + std::string(kHosts)),
            "main server, a.example:80 and b.example:443")
      << "another address of the machine reaches no host at 443";
  EXPECT_EQ(serving("Listen 8080\n<VirtualHost *>\nServerName c.example\n</VirtualHost>\n"),
            "c.example");
}

TEST(SettingsOf, GroupsTheServersThatFollowOneLine) {
  const Snapshot snapshot =
      read("Listen 80\nTraceEnable off\n" + std::string(kHosts) +
           "<VirtualHost *:80>\nServerName c.example\nTraceEnable on\n</VirtualHost>\n");
  const auto settings = settings_of(snapshot, "TraceEnable");
  ASSERT_EQ(settings.size(), 2u);
  EXPECT_EQ(settings[0].directive->line, 2u);
  EXPECT_EQ(names_of(settings[0].servers), "a.example:80 and b.example:443");
  EXPECT_EQ(settings[1].directive->line, 12u);
  EXPECT_EQ(names_of(settings[1].servers), "c.example:80");
}

TEST(InForce, TheLastOfEachSectionCounts) {
  const Snapshot snapshot = read(
      "ServerSignature On\nServerSignature Off\n<Directory /srv>\nServerSignature On\n"
      "</Directory>\n");
  const auto found = in_force(snapshot.config, "ServerSignature");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]->line, 2u);
  EXPECT_EQ(found[1]->line, 4u);
}

TEST(SpeaksTls, ByEngineOrByPortAndCertificate) {
  const auto speaks = [](std::string_view text) {
    const Snapshot snapshot =
        read("Listen 80\nListen 443\nListen 8443 https\n" + std::string(text));
    return speaks_tls(snapshot, snapshot.servers.virtual_hosts().front());
  };
  EXPECT_TRUE(speaks("<VirtualHost *:80>\nSSLEngine on\n</VirtualHost>\n"));
  EXPECT_FALSE(speaks("<VirtualHost *:443>\n</VirtualHost>\n"));
  EXPECT_TRUE(speaks("<VirtualHost *:443>\nSSLCertificateFile /c.pem\n</VirtualHost>\n"));
  EXPECT_TRUE(speaks("<VirtualHost *:8443>\nSSLCertificateFile /c.pem\n</VirtualHost>\n"));
  EXPECT_FALSE(speaks("<VirtualHost *:80>\nSSLCertificateFile /c.pem\n</VirtualHost>\n"));
  EXPECT_FALSE(
      speaks("<VirtualHost *:443>\nSSLEngine off\nSSLCertificateFile /c.pem\n</VirtualHost>\n"));
}

}  // namespace
}  // namespace stockade::rules
