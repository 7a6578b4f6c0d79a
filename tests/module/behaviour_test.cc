// What an administrator writes and what a client then meets, with a real httpd.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "httpd_server.h"
#include "load_client.h"

namespace stockade::module_test {
namespace {

std::string from(const std::string& address) { return "X-Forwarded-For: " + address + "\r\n"; }

class Behaviour : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_serve()) GTEST_SKIP();
  }
  void serve(const std::string& site, const std::string& load = "") {
    ASSERT_EQ(server_.start({.load = load, .site = site}), "");
  }
  int status(const std::string& path, const std::string& headers = "",
             const std::string& method = "GET") {
    return get(server_.port(), path, headers, method).status;
  }
  // How many of `tries` requests passed.
  int passes(int tries, const std::string& path, const std::string& headers = "") {
    int passed = 0;
    for (int i = 0; i < tries; ++i) passed += status(path, headers) == 200 ? 1 : 0;
    return passed;
  }
  size_t records(const std::string& what) { return count_of(server_.error_log(), what); }

  HttpdServer server_{Mpm::event};
};

TEST_F(Behaviour, ADenialSaysWhenToComeBackAndIsNotKept) {
  serve("StockadeLimit all 1/h burst=3 ban=off");
  EXPECT_EQ(passes(3, "/f.txt"), 3);
  const Answer denied = get(server_.port(), "/f.txt");
  EXPECT_EQ(denied.status, 429);
  EXPECT_NE(denied.head.find("Retry-After: 3600"), std::string::npos) << denied.head;
  EXPECT_NE(denied.head.find("Cache-Control: no-store"), std::string::npos) << denied.head;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(status("/f.txt"), 429);
  EXPECT_EQ(records("event=limited network=127.0.0.1/32 class=all"), 1u)
      << "one record for a change of state, not one for each denial";
  EXPECT_NE(server_.access_log().find("127.0.0.1 429 denied all /f.txt"), std::string::npos);
}

TEST_F(Behaviour, WhoGoesOnIsBannedAndABannedPeerIsNotAccepted) {
  serve("StockadeLimit all 1/h burst=2\nStockadeBan 2");
  EXPECT_EQ(passes(2, "/f.txt"), 2);
  int refused = 0;
  for (int i = 0; i < 20; ++i) refused += status("/f.txt") == 0 ? 1 : 0;
  EXPECT_GE(refused, 10) << "no answer at all: the connection is closed before it is read";
  EXPECT_EQ(records("event=banned network=127.0.0.1/32 class=all level=0 seconds=2"), 1u);
  EXPECT_EQ(count_of(server_.error_log(), "Segmentation"), 0u);
  usleep(2'200'000);
  EXPECT_EQ(status("/f.txt"), 429) << "the ban is over, the debt is not";
}

TEST_F(Behaviour, BansAndCountersOutliveAGracefulRestart) {
  const std::string site =
      fmt::format("{}StockadeLimit all 1/h burst=4\nStockadeTrap /trap", kTrustsLoopback);
  serve(site);
  EXPECT_EQ(passes(3, "/f.txt", from("192.0.2.1")), 3);
  EXPECT_EQ(status("/trap", from("192.0.2.2")), 429);
  ASSERT_TRUE(server_.graceful({.site = site + "\nStockadeClass new /new\n"}));
  EXPECT_EQ(passes(3, "/f.txt", from("192.0.2.1")), 1);
  EXPECT_EQ(status("/f.txt", from("192.0.2.2")), 429);
  ASSERT_TRUE(server_.graceful({.site = site + "\nStockadeTableSize 1M\n"}));
  EXPECT_EQ(status("/f.txt", from("192.0.2.2")), 429) << "another size keeps the bans";
}

TEST_F(Behaviour, TheClientIsWhoRemoteIpSaysAndAProxyIsNeverBanned) {
  serve(fmt::format("{}StockadeLimit all 1/h burst=3", kTrustsLoopback));
  EXPECT_EQ(passes(5, "/f.txt", from("192.0.2.1")), 3);
  EXPECT_EQ(passes(5, "/f.txt", from("198.51.100.1")), 3);
  EXPECT_EQ(passes(5, "/f.txt", from("::ffff:192.0.2.1")), 0) << "the same client, mapped";
  passes(60, "/f.txt");  // the proxy itself goes on far above
  EXPECT_EQ(status("/f.txt"), 429);
  EXPECT_EQ(passes(5, "/f.txt", from("203.0.113.9")), 3) << "others behind it go on";
  EXPECT_EQ(records("event=banned network=127"), 0u);
}

TEST_F(Behaviour, AnIpv6ClientIsItsNetwork) {
  serve(fmt::format("{}StockadeLimit all 1/h burst=10 ban=off", kTrustsLoopback));
  int passed = 0;
  for (int i = 0; i < 40; ++i) passed += passes(1, "/f.txt", from(fmt::format("2001:db8::{}", i)));
  EXPECT_EQ(passed, 10) << "one /64";
  passed = 0;
  for (int i = 0; i < 256; ++i) {
    passed += passes(1, "/f.txt", from(fmt::format("2001:db8:1:{:x}::1", i)));
  }
  EXPECT_LE(passed, 161) << "a /56 and a /48 are held too";
}

TEST_F(Behaviour, AllowedNetworksAndExemptPathsAreNotCounted) {
  serve(
      fmt::format("{}StockadeLimit all 1/h burst=2 ban=off\nStockadeAllow 192.0.2.0/24 "
                  "2001:db8::/32\nStockadeExempt /static/*\n<Location /g.txt>\nStockadeExempt "
                  "on\n</Location>",
                  kTrustsLoopback));
  EXPECT_EQ(passes(10, "/f.txt", from("192.0.2.77")), 10);
  EXPECT_EQ(passes(10, "/f.txt", from("2001:db8::5")), 10);
  EXPECT_EQ(passes(10, "/static/f.txt"), 10);
  EXPECT_EQ(passes(10, "/g.txt"), 10);
  EXPECT_EQ(passes(10, "/static/../f.txt"), 2) << "no way of writing a path escapes";
  EXPECT_EQ(passes(10, "/static/%2e%2e/f.txt"), 0);
  EXPECT_EQ(passes(10, "//f.txt"), 0);
}

TEST_F(Behaviour, LoginsMissingPagesAndTraps) {
  serve(
      fmt::format("{}StockadeLimit login 1/h burst=2 ban=off\nStockadeLimit missing 1/h burst=3 "
                  "ban=off\nStockadeLogin /f.txt\nStockadeTrap /wp-login.php\n"
                  "<Location /g.txt>\nRequire all denied\n</Location>",
                  kTrustsLoopback));
  const std::string guesser = from("192.0.2.1");
  EXPECT_EQ(passes(10, "/f.txt", guesser), 10) << "looking at the form is no guess";
  int answered = 0;
  for (int i = 0; i < 6; ++i) answered += status("/f.txt", guesser, "POST") == 429 ? 0 : 1;
  EXPECT_EQ(answered, 2);
  const std::string scanner = from("198.51.100.7");
  int missing = 0;
  for (int i = 0; i < 8; ++i) missing += status(fmt::format("/no{}", i), scanner) == 404 ? 1 : 0;
  EXPECT_EQ(missing, 3);
  EXPECT_EQ(status("/f.txt", scanner), 429);
  const std::string basic = from("198.51.100.9") + "Authorization: Basic YTpi\r\n";
  int forbidden = 0;
  for (int i = 0; i < 6; ++i) forbidden += status("/g.txt", basic) == 403 ? 1 : 0;
  EXPECT_EQ(forbidden, 2) << "wrong credentials count when they turn out wrong";
  EXPECT_EQ(status("/f.txt", from("203.0.113.5")), 200);
  EXPECT_EQ(status("/wp-login.php", from("203.0.113.5")), 429);
  EXPECT_EQ(status("/f.txt", from("203.0.113.5")), 429);
  EXPECT_EQ(records("event=banned network=203.0.113.5/32 class=trap"), 1u);
}

TEST_F(Behaviour, ClassesOfPathsAndOfLocations) {
  serve(
      "StockadeClass text *.txt\nStockadeLimit text 1/h burst=4 ban=off\n"
      "<Location /static>\nStockadeLimit static 1/h burst=2 ban=off\n</Location>");
  EXPECT_EQ(passes(9, "/static/f.txt"), 2) << "the location's own";
  EXPECT_EQ(passes(9, "/f.txt"), 2) << "what the location turned away is not counted here";
  EXPECT_EQ(status("/"), 404) << "of no class";
}

TEST_F(Behaviour, AVirtualHostInheritsAndCountsWhereTheLimitStands) {
  const std::string host =
      "<VirtualHost *:*>\nServerName {}\nDocumentRoot {}/htdocs\n{}\n</VirtualHost>\n";
  const std::string root = server_.directory();
  serve("StockadeLimit all 1/h burst=4 ban=off\n" + fmt::format(fmt::runtime(host), "a", root, "") +
        fmt::format(fmt::runtime(host), "b", root, "StockadeLimit all 1/h burst=2 ban=off") +
        fmt::format(fmt::runtime(host), "c", root, "StockadeEnable off") +
        fmt::format(fmt::runtime(host), "d", root, "StockadeLimit all off"));
  const auto passed = [&](const std::string& name) {
    int count = 0;
    for (int i = 0; i < 10; ++i) {
      count += get(server_.port(), fmt::format("http://{}/f.txt", name)).status == 200 ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(passed("b"), 2) << "its own";
  EXPECT_EQ(passed("a"), 4) << "inherited; what b counted is not counted here";
  EXPECT_EQ(passed("c"), 10);
  EXPECT_EQ(passed("d"), 10);
}

TEST_F(Behaviour, ADryRunDeniesNobodyAndSaysSo) {
  serve("StockadeLimit all 1/h burst=2\nStockadeDryRun on");
  EXPECT_EQ(passes(60, "/f.txt"), 60);
  EXPECT_EQ(records("event=would-limit"), 1u);
  EXPECT_EQ(records("event=banned"), 0u);
  EXPECT_NE(server_.access_log().find("200 would-deny all /f.txt"), std::string::npos);
}

TEST_F(Behaviour, StatusAsHtmlTextJsonAndPrometheus) {
  serve(
      "StockadeLimit all 1/h burst=2 ban=off\n<Location /st>\nSetHandler stockade-status\n"
      "StockadeExempt on\n</Location>\n<Location /ss>\nSetHandler server-status\n"
      "StockadeExempt on\n</Location>");
  passes(5, "/f.txt");
  const std::string json = get(server_.port(), "/st").body;
  EXPECT_NE(json.find("\"all\":{\"passed\":2,\"denied\":3,"), std::string::npos) << json;
  const std::string text = get(server_.port(), "/st?prometheus").body;
  EXPECT_NE(text.find("stockade_denied_total{class=\"all\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(get(server_.port(), "/ss?auto").body.find("StockadeDenied-all: 3"), std::string::npos);
  EXPECT_NE(get(server_.port(), "/ss").body.find("<h2>Stockade</h2>"), std::string::npos);
}

constexpr const char* kEvasive =
    "<IfModule mod_evasive20.c>\nDOSHashTableSize 3097\nDOSPageCount 4\nDOSPageInterval 1\n"
    "DOSSiteCount 50\nDOSSiteInterval 1\nDOSBlockingPeriod 3\nDOSEmailNotify you@example.org\n"
    "DOSSystemCommand \"touch {0}/was-run\"\nDOSLogDir /var/log\nDOSWhitelist 192.0.2.*\n"
    "</IfModule>\n{1}";

TEST_F(Behaviour, AConfigurationOfModEvasiveWorksAsItIs) {
  for (const char* load : {"evasive20", "stockade", "evasive"}) {
    HttpdServer server(Mpm::event);
    ASSERT_EQ(server.start({.load = load,
                            .site = fmt::format(fmt::runtime(kEvasive), server.directory(),
                                                kTrustsLoopback)}),
              "");
    int passed = 0;
    for (int i = 0; i < 10; ++i) {
      passed += get(server.port(), "/f.txt", from("203.0.113.5")).status == 200 ? 1 : 0;
    }
    EXPECT_EQ(passed, 4) << load;
    EXPECT_EQ(count_of(server.error_log(), "event=banned network=203.0.113.5/32 class=page"), 1u)
        << server.error_log();
    EXPECT_EQ(count_of(server.error_log(), "DOSSystemCommand is read but does nothing"), 1u);
    passed = 0;
    for (int i = 0; i < 10; ++i) {
      passed += get(server.port(), "/f.txt", from("192.0.2.9")).status == 200 ? 1 : 0;
    }
    EXPECT_EQ(passed, 10);
    EXPECT_NE(access((server.directory() + "/was-run").c_str(), F_OK), 0) << "no shell in httpd";
  }
}

TEST_F(Behaviour, AForeignFileInTheTablesPlaceIsLeftAlone) {
  ASSERT_EQ(server_.start({.site = "StockadeLimit all 1/h burst=2 ban=off\nStockadeTableFile " +
                                   server_.directory() + "/httpd.conf"}),
            "");
  EXPECT_EQ(records("is no table of Stockade and is left alone"), 1u);
  EXPECT_EQ(passes(5, "/f.txt"), 2) << "in memory it works all the same";
}

TEST_F(Behaviour, AClientHoldsSoManyConnectionsAndNoMore) {
  ASSERT_EQ(server_.start({.processes = "StartServers 3\nServerLimit 4\nThreadsPerChild 10\n"
                                        "MaxRequestWorkers 40\n",
                           .process_count = 3,
                           .site = "StockadeConnections 12"}),
            "");
  for (const bool after_a_crash : {false, true}) {
    Load load;
    load.port = server_.port();
    load.connections = 30;
    load.per_second = 300;
    load.seconds = 0.5;
    const Tally tally = offer(load);
    EXPECT_GE(tally.of(200), 12u) << after_a_crash;
    EXPECT_GT(tally.broken, 18u) << "the others are refused";
    usleep(300'000);
    EXPECT_EQ(passes(12, "/f.txt"), 12) << "what was closed is given back";
    if (after_a_crash) break;
    const std::vector<int> held = hold(server_.port(), 12);
    EXPECT_EQ(held.size(), 12u);
    for (const pid_t child : server_.children()) kill(child, SIGKILL);
    for (const int fd : held) close(fd);
    usleep(1'500'000);
  }
  EXPECT_GE(records("class=connections held="), 1u);
  EXPECT_LE(records("class=connections held="), 4u);
}

struct Wrong {
  const char* site;
  const char* message;
};
constexpr Wrong kWrong[] = {
    {"StockadeLimit all fast", "\"fast\" is no rate: accepted are a number, a slash and a time"},
    {"StockadeLimit all 0/s", "\"0/s\" is no rate"},
    {"StockadeLimit all", "StockadeLimit wants a class and a rate"},
    {"StockadeLimit all 10/s burst=0", "burst cannot be \"0\": accepted is a whole number from 1"},
    {"StockadeLimit all 10/s bursts=3", "accepted is burst=NUMBER, ban=off, ban=SECONDS, dry"},
    {"StockadeLimit a/b 10/s", "accepted is the name of a class: at most 31 letters"},
    {"StockadeLimit trap 10/s", "the class trap has no rate"},
    {"StockadeAllow 192.0.2.300", "\"192.0.2.300\" is no network: accepted are 192.0.2.1, "},
    {"StockadeAllow 192.0.2.0/33", "is no network"},
    {"StockadeAllow example.org", "is no network"},
    {"StockadeExempt static", "\"static\" is no path: accepted are a path (/login)"},
    {"StockadeTrap ~(", "is no regular expression"},
    {"StockadeClass all /x", "the class all is Stockade's own"},
    {"StockadeClass mine", "StockadeClass NAME wants a path"},
    {"StockadeBan never", "accepted is off, escalating (1 minute"},
    {"StockadeDryRun 200%", "accepted is on, off, or the part of the clients"},
    {"StockadeConnections 0", "accepted is off, or how many connections"},
    {"StockadeLimit connections 3/s", "the class connections has no rate"},
    {"StockadeStatus 200", "accepted is a status from 400 to 599"},
    {"StockadeTableSize 3", "accepted are 64K to 32G"},
    {"StockadeRefuse them", "accepted is connection (before TLS) or request"},
    {"StockadeEnable maybe", "StockadeEnable must be On or Off"},
    {"<Directory />\nStockadeExempt on\n</Directory>", "StockadeExempt cannot occur within"},
    {"<Location /x>\nStockadeTrap /y\n</Location>", "accepted is on: inside <Location>"},
    {"<Location /x>\nStockadeAllow 192.0.2.1\n</Location>", "StockadeAllow"},
    {"<VirtualHost *:*>\nStockadeTableSize 1M\n</VirtualHost>", "StockadeTableSize cannot occur"},
    {"DOSPageCount many", "DOSPageCount cannot be \"many\": accepted is a whole number from 1"},
    {"DOSWhitelist *.2.3.4", "accepted are 192.0.2.1, 192.0.2.0/24, 2001:db8::/32, 192.0.2.*"},
};

TEST_F(Behaviour, AWrongDirectiveIsAnErrorWithItsLineAndWhatIsAccepted) {
  for (const Wrong& wrong : kWrong) {
    const Output httpd = server_.check({.site = wrong.site});
    EXPECT_NE(httpd.exit_code, 0) << wrong.site;
    EXPECT_NE(httpd.output.find("yntax error on line "), std::string::npos) << httpd.output;
    EXPECT_NE(httpd.output.find(wrong.message), std::string::npos) << wrong.site << "\n"
                                                                   << httpd.output;
  }
}

}  // namespace
}  // namespace stockade::module_test
