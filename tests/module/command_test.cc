// The command line beside a running httpd: it reads and writes the table that httpd maps.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "httpd_server.h"
#include "load_client.h"

namespace stockade::module_test {
namespace {

class Command : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_serve()) GTEST_SKIP();
    ASSERT_EQ(server_.start({.site = "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy "
                                     "127.0.0.1\nStockadeLimit all 1/h burst=3\n"}),
              "");
  }
  Output stockade(std::vector<std::string> words) {
    words.insert(words.begin(), STOCKADE_BINARY_DIR "/stockade");
    words.insert(words.end(), {"--table", server_.table_file()});
    return run(words);
  }
  int status(const std::string& address) {
    return get(server_.port(), "/f.txt", "X-Forwarded-For: " + address + "\r\n").status;
  }
  HttpdServer server_{Mpm::event};
};

TEST_F(Command, ABanOfAnAdministratorHoldsAtOnceAndIsLiftedAtOnce) {
  EXPECT_EQ(status("192.0.2.1"), 200);
  const Output add = stockade({"ban", "add", "192.0.2.1", "--for", "500"});
  EXPECT_EQ(add.exit_code, 0) << add.output;
  EXPECT_EQ(status("192.0.2.1"), 429);
  EXPECT_EQ(status("192.0.2.2"), 200);
  EXPECT_NE(stockade({"ban", "list"}).output.find("192.0.2.1/32"), std::string::npos);
  EXPECT_NE(stockade({"ban", "why", "192.0.2.1"}).output.find("banned (by an administrator)"),
            std::string::npos);
  EXPECT_EQ(stockade({"ban", "remove", "192.0.2.1", "--dry-run"}).exit_code, 0);
  EXPECT_EQ(status("192.0.2.1"), 429) << "a dry run does nothing";
  EXPECT_EQ(stockade({"ban", "remove", "192.0.2.1"}).exit_code, 0);
  EXPECT_EQ(status("192.0.2.1"), 200);
  EXPECT_EQ(stockade({"ban", "list"}).output, "Nobody is banned.\n");
}

TEST_F(Command, ASiteIsBannedWithAllItsNetworks) {
  EXPECT_EQ(stockade({"ban", "add", "2001:db8:1::/48"}).exit_code, 0);
  EXPECT_EQ(status("2001:db8:1:77::5"), 429);
  EXPECT_EQ(status("2001:db8:2:77::5"), 200);
  EXPECT_NE(stockade({"ban", "why", "2001:db8:1:77::5"}).output.find("2001:db8:1::/48 is banned"),
            std::string::npos);
  EXPECT_EQ(stockade({"ban", "add", "10.0.0.0/8"}).exit_code, 2) << "no such network is looked up";
}

TEST_F(Command, StatusTopAndWatchShowWhatHappened) {
  for (int i = 0; i < 6; ++i) status("192.0.2.9");
  const Output status = stockade({"limit", "status", "--format", "json"});
  EXPECT_NE(status.output.find("\"all\":{\"passed\":3,\"denied\":3,"), std::string::npos)
      << status.output;
  const Output top = stockade({"limit", "top"});
  EXPECT_NE(top.output.find("192.0.2.9/32"), std::string::npos) << top.output;
  EXPECT_NE(top.output.find(" 3 "), std::string::npos) << "owes three\n" << top.output;
  const Output watch = stockade({"limit", "watch", "--count", "1"});
  EXPECT_EQ(watch.exit_code, 0);
  EXPECT_NE(watch.output.find("1/h burst 3"), std::string::npos) << watch.output;
}

TEST_F(Command, SuggestProposesWhatHttpdAcceptsAndSaysFromHowMuch) {
  EXPECT_NE(stockade({"limit", "suggest"}).output.find("Nothing was counted yet"),
            std::string::npos);
  const HttpdServer::Wish wish{.site =
                                   "StockadeLimit all 1000/s burst=1000 ban=off alone\n"
                                   "StockadeLimit missing 90/min burst=200 ban=off dry"};
  ASSERT_TRUE(server_.graceful(wish));
  usleep(700'000);  // until nobody of the generation before accepts any more
  Load load;
  load.port = server_.port();
  load.connections = 8;
  load.per_second = 2000;
  load.seconds = 60;
  load.most = 600;
  offer(load);  // 600 at once, nearly: at 1,000 a second they need a burst of some hundreds
  const std::string all = stockade({"limit", "suggest"}).output;
  const size_t at = all.find("StockadeLimit all 1000/s burst=");
  ASSERT_NE(at, std::string::npos) << all;
  const int burst = std::atoi(all.c_str() + at + 31);
  EXPECT_GE(burst, 2) << all;
  EXPECT_LE(burst, 1000) << all;
  EXPECT_NE(all.find("# all: 600 requests passed, 0 were denied"), std::string::npos) << all;
  EXPECT_NE(all.find("too few to tell one in a thousand"), std::string::npos) << all;
  for (int i = 0; i < 3; ++i) get(server_.port(), "/gone");
  const std::string both = stockade({"limit", "suggest"}).output;
  EXPECT_NE(both.find("StockadeLimit missing 90/min burst="), std::string::npos) << both;
  HttpdServer other(Mpm::event);
  EXPECT_EQ(other.check({.site = both}).exit_code, 0) << both;
}

TEST_F(Command, SuggestTellsDenialsApart) {
  for (int i = 0; i < 6; ++i) status("192.0.2.9");
  const std::string all = stockade({"limit", "suggest"}).output;
  EXPECT_NE(all.find("50.0 % came over the limit"), std::string::npos) << all;
  EXPECT_NE(all.find("StockadeLimit all 2/h burst=6 dry"), std::string::npos) << all;
}

TEST_F(Command, WhatIsNoTableIsRefused) {
  for (const char* file : {"/etc/passwd", "/dev/null", "/nowhere", "/"}) {
    const Output output =
        run({STOCKADE_BINARY_DIR "/stockade", "limit", "status", "--table", file});
    EXPECT_EQ(output.exit_code, 2) << file << output.output;
    EXPECT_NE(output.output.find("could not"), std::string::npos) << output.output;
  }
}

TEST_F(Command, HttpdAcceptsWhatEvasiveImportPrints) {
  const std::string file = server_.directory() + "/evasive.conf";
  std::ofstream(file) << "<IfModule mod_evasive20.c>\n  DOSPageCount 3\n  DOSSiteCount 90\n"
                         "  DOSPageInterval 2\n  DOSBlockingPeriod 60\n  DOSWhitelist 192.0.2.*\n"
                         "  DOSWhitelistUri ^/ok/\n  DOSHTTPStatus 403\n</IfModule>\n";
  const Output import = run({STOCKADE_BINARY_DIR "/stockade", "evasive", "import", file});
  EXPECT_EQ(import.exit_code, 0) << import.output;
  EXPECT_NE(import.output.find("StockadeLimit page 3/2s burst=3 ban=60 alone\n"), std::string::npos)
      << import.output;
  EXPECT_NE(import.output.find("StockadeAllow 192.0.2.0/24\n"), std::string::npos);
  HttpdServer other(Mpm::event);
  EXPECT_EQ(other.check({.site = import.output}).exit_code, 0) << import.output;
}

}  // namespace
}  // namespace stockade::module_test
