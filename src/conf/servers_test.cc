#include "conf/servers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/memory_file_system.h"
#include "conf/evaluate.h"

namespace stockade::conf {
namespace {

Config read_servers(std::string_view text) {
  MemoryFileSystem disk;
  disk.add_file("/etc/apache2/apache2.conf", text);
  Environment environment;
  environment.built_in_modules = default_built_in_modules();
  return evaluate(disk, environment);
}

TEST(ParseAddress, AcceptsWhatVirtualHostAccepts) {
  EXPECT_EQ(parse_address("*:80"), (Address{"*", 80}));
  EXPECT_EQ(parse_address("_default_:443"), (Address{"*", 443}));
  EXPECT_EQ(parse_address("_default_"), (Address{"*", 0}));
  EXPECT_EQ(parse_address("192.0.2.1"), (Address{"192.0.2.1", 0}));
  EXPECT_EQ(parse_address("192.0.2.1:*"), (Address{"192.0.2.1", 0}));
  EXPECT_EQ(parse_address("[::1]:443"), (Address{"::1", 443}));
  EXPECT_EQ(parse_address("[2001:db8::1]"), (Address{"2001:db8::1", 0}));
  EXPECT_EQ(parse_address("shop.example:8080"), (Address{"shop.example", 8080}));
}

TEST(ParseAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "80", ":80", "::1", "[::1", "[::1]443", "[::1]:", "*:", "*:0",
                           "*:65536", "*:-1", "*:8x"}) {
    EXPECT_EQ(parse_address(text), std::nullopt) << text;
  }
}

TEST(ParseAddress, ANumberAloneIsAPortForListenOnly) {
  EXPECT_EQ(parse_listen_address("80"), (Address{"*", 80}));
  EXPECT_EQ(parse_listen_address("[::]:80"), (Address{"::", 80}));
  EXPECT_EQ(parse_listen_address("192.0.2.1"), std::nullopt);
  EXPECT_EQ(parse_listen_address("0"), std::nullopt);
}

TEST(Servers, ReadsListeners) {
  const Config config = read_servers("Listen 80\nListen 192.0.2.1:443\nListen 8443 HTTPS\n");
  const Servers servers = collect_servers(config);
  ASSERT_EQ(servers.listeners.size(), 3u);
  EXPECT_EQ(servers.listeners[0].address, (Address{"*", 80}));
  EXPECT_EQ(servers.listeners[0].protocol, "http");
  EXPECT_EQ(servers.listeners[1].protocol, "https");
  EXPECT_EQ(servers.listeners[2].protocol, "https");
  EXPECT_EQ(servers.listeners[2].directive->line, 3u);
}

TEST(Servers, NamesThemAsTheirAdministratorWould) {
  const Config config = read_servers(
      "ServerName https://www.example:8443\n"
      "<VirtualHost *:80 192.0.2.1:81>\n  ServerName shop.example\n  ServerAlias a b\n"
      "  ServerAlias *.c\n</VirtualHost>\n"
      "<VirtualHost *>\n  ServerName api.example:8080\n</VirtualHost>\n"
      "<VirtualHost *:80>\n</VirtualHost>\n");
  const Servers servers = collect_servers(config);
  ASSERT_EQ(servers.all.size(), 4u);
  EXPECT_EQ(servers.main().label, "www.example:8443");
  EXPECT_EQ(servers.main().scheme, "https");
  EXPECT_EQ(servers.main().name, "www.example");
  const auto hosts = servers.virtual_hosts();
  EXPECT_EQ(hosts[0].label, "shop.example:80");
  EXPECT_EQ(hosts[0].addresses, (std::vector<Address>{{"*", 80}, {"192.0.2.1", 81}}));
  EXPECT_EQ(hosts[0].aliases, (std::vector<std::string>{"a", "b", "*.c"}));
  EXPECT_EQ(hosts[1].label, "api.example:8080");
  EXPECT_EQ(hosts[2].label, "apache2.conf:10");
}

TEST(Servers, AnIPv6NameHasNoPort) {
  const Config config = read_servers("ServerName [2001:db8::1]\n");
  EXPECT_EQ(collect_servers(config).main().name, "[2001:db8::1]");
  EXPECT_EQ(collect_servers(config).main().name_port, 0);
}

TEST(Servers, AVirtualHostFallsBackToTheMainServer) {
  const Config config = read_servers(
      "TraceEnable on\nTraceEnable off\n"
      "<VirtualHost *:80>\n  Timeout 5\n  <Directory /srv>\n    Options None\n  </Directory>\n"
      "</VirtualHost>\n"
      "<VirtualHost *:81>\n  TraceEnable extended\n</VirtualHost>\n");
  const Servers servers = collect_servers(config);
  const Server& plain = servers.virtual_hosts()[0];
  const Server& own = servers.virtual_hosts()[1];
  EXPECT_TRUE(plain.own("TraceEnable").empty());
  EXPECT_EQ(plain.effective("traceenable").size(), 2u);
  EXPECT_EQ(plain.last("TraceEnable")->arg(0), "off");
  EXPECT_EQ(own.last("TraceEnable")->arg(0), "extended");
  EXPECT_EQ(own.effective("TraceEnable").size(), 1u);
  EXPECT_EQ(servers.main().last("Timeout"), nullptr);
  EXPECT_EQ(plain.last("Options"), nullptr) << "it stands in a section of the host";
  ASSERT_EQ(plain.sections("Directory").size(), 1u);
  EXPECT_TRUE(plain.own("Directory").empty());
  EXPECT_EQ(plain.last("NoSuchDirective"), nullptr);
}

TEST(Servers, FindsTheServerOfADirective) {
  const Config config = read_servers(
      "Timeout 1\n<VirtualHost *:80>\n  <Directory /srv>\n    Options None\n  </Directory>\n"
      "</VirtualHost>\n<VirtualHost *:81>\n  Timeout 2\n</VirtualHost>\n");
  Servers servers = collect_servers(config);
  EXPECT_EQ(&servers.of(*config.all("Options")[0]), &servers.all[1]);
  EXPECT_EQ(&servers.of(*config.all("Timeout")[0]), &servers.main());
  EXPECT_EQ(&servers.of(*config.all("Timeout")[1]), &servers.all[2]);
  const Servers moved = std::move(servers);
  EXPECT_EQ(moved.all[2].main, &moved.main());
}

}  // namespace
}  // namespace stockade::conf
