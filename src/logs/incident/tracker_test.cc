#include "logs/incident/tracker.h"

#include <gtest/gtest.h>

#include "logs/parse/line_parser.h"

namespace stockade::logs {
namespace {

class Story : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Matcher::create();
    ASSERT_TRUE(made) << made.error().message();
    recogniser = std::make_unique<Recogniser>(*made);
  }
  // A request `second` seconds into the story.
  std::optional<Family> request(const std::string& client, int second, const std::string& line,
                                int status, const std::string& user = "-",
                                const std::string& agent = "Mozilla/5.0") {
    return see(client + " - " + user + " [10/Oct/2025:13:" + two(10 + second / 60) + ":" +
               two(second % 60) + " +0000] \"" + line + " HTTP/1.1\" " + std::to_string(status) +
               " 10 \"-\" \"" + agent + "\"");
  }
  std::optional<Family> ssh(int second, const std::string& message) {
    return see("2025-10-10T13:" + two(10 + second / 60) + ":" + two(second % 60) +
               "+00:00 host sshd[" + std::to_string(1000 + second) + "]: " + message);
  }
  std::optional<Family> see(const std::string& line) {
    Record record;
    Sighting sighting;
    parser.parse(line, record);
    if (!recogniser->look(record, sighting)) return std::nullopt;
    return tracker.see(sighting, {0, ++number, line},
                       sighting.of_account ? account_of(record) : std::string_view{});
  }
  static std::string two(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

  LineParser parser{1767355200 * kSecond};
  std::unique_ptr<Recogniser> recogniser;
  IncidentBook book;
  Tracker tracker{book};
  uint64_t number = 0;
};

TEST_F(Story, OneCertainLineIsAnIncident) {
  request("192.0.2.1", 0, "GET /cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh", 403);
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->intent, Intent::exploitation);
  EXPECT_EQ(book.by_weight()[0]->outcome, Outcome::refused);
}

TEST_F(Story, WhatWasAnsweredIsWorthALook) {
  request("192.0.2.1", 0, "GET /?x=${jndi:ldap://a/b}", 200);
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->outcome, Outcome::answered);
}

TEST_F(Story, ReadingFastIsNoCrime) {
  for (int i = 0; i < 1500; ++i)
    request("192.0.2.1", i / 30, "GET /page/" + std::to_string(i), 200);
  EXPECT_EQ(book.size(), 0U);
}

TEST_F(Story, AFloodIs) {
  for (int i = 0; i < 6000; ++i)
    request("192.0.2.1", i / 600, "GET /page/" + std::to_string(i), 200);
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->family, Family::flood);
}

TEST_F(Story, WhoIsLoggedInIsNotJudgedByItsHaste) {
  for (int i = 0; i < 6000; ++i)
    request("192.0.2.1", i / 600, "GET /page/" + std::to_string(i), 200, "tony");
  EXPECT_EQ(book.size(), 0U);
}

TEST_F(Story, AVisitorOfASiteWithBrokenLinksIsNone) {
  for (int i = 0; i < 200; ++i) {
    request("192.0.2.1", i, "GET /page/" + std::to_string(i), 200);
    if (i % 4 == 0) request("192.0.2.1", i, "GET /gone/" + std::to_string(i), 404);
  }
  EXPECT_EQ(book.size(), 0U);
}

TEST_F(Story, WhoAsksForWhatIsNotThereIsLooking) {
  for (int i = 0; i < 40; ++i) request("192.0.2.1", i, "GET /x" + std::to_string(i * 7919), 404);
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->family, Family::probing);
}

TEST_F(Story, MistypingIsNoAttack) {
  for (int i = 0; i < 4; ++i) ssh(i * 5, "Failed password for tony from 192.0.2.1 port 4000 ssh2");
  ssh(25, "Accepted password for tony from 192.0.2.1 port 4000 ssh2");
  EXPECT_EQ(book.size(), 0U);
}

TEST_F(Story, ALoginAfterManyFailuresIsTheOneToSee) {
  for (int i = 0; i < 20; ++i) ssh(i, "Failed password for tony from 192.0.2.1 port 4000 ssh2");
  EXPECT_EQ(ssh(25, "Accepted password for tony from 192.0.2.1 port 4000 ssh2"), Family::intrusion);
  ASSERT_EQ(book.size(), 2U);
  EXPECT_EQ(book.by_weight()[0]->intent, Intent::intrusion) << "it comes first";
  EXPECT_EQ(book.by_weight()[0]->outcome, Outcome::logged_in);
}

TEST_F(Story, ManyAtOneAccountAreSeenThoughEachIsSlow) {
  for (int i = 0; i < 40; ++i) {
    ssh(i * 20, "Failed password for tony from 198.51." + std::to_string(i) + ".7 port 4000 ssh2");
  }
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->source, "account tony");
  EXPECT_EQ(book.by_weight()[0]->lines, 40U);
}

// The same of a password that httpd asks for: %u of a refused request is whom it tried, of an
// answered one who got in.
TEST_F(Story, APasswordOfHttpdThatWasFoundIsSeen) {
  for (int i = 0; i < 3; ++i) request("192.0.2.2", i, "GET /private/", 401, "tony");
  request("192.0.2.2", 5, "GET /private/", 200, "tony");
  EXPECT_EQ(book.size(), 0U) << "mistyped";
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(request("192.0.2.1", i, "GET /private/", 401, "tony"), Family::web_login);
  EXPECT_EQ(request("192.0.2.1", 25, "GET /private/", 200, "tony"), Family::intrusion);
  EXPECT_EQ(request("192.0.2.1", 26, "GET /private/a", 200, "tony"), std::nullopt) << "once";
  ASSERT_EQ(book.size(), 2U);
  EXPECT_EQ(book.by_weight()[0]->outcome, Outcome::logged_in);
}

TEST_F(Story, ManyAtOneAccountOfHttpdAreSeen) {
  for (int i = 0; i < 40; ++i)
    request("198.51." + std::to_string(i) + ".7", i * 10, "GET /private/", 401, "tony");
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->source, "account tony");
}

// An account that an error log's line tried is not the one of the line before.
TEST_F(Story, AnErrorNamesItsOwnAccount) {
  ssh(0, "Failed password for another from 203.0.113.1 port 4000 ssh2");
  for (int i = 0; i < 20; ++i) {
    see("[Fri Oct 10 13:10:" + two(i) + ".000000 2025] [auth_basic:error] [pid 1] [client 198.51." +
        std::to_string(i) +
        ".7:4000] AH01617: user tony: authentication failure for \"/\": "
        "Password Mismatch");
  }
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->source, "account tony");
}

TEST_F(Story, ManyOfOneNetworkAreSeen) {
  for (int i = 0; i < 60; ++i) {
    ssh(i * 10, "Failed password for u" + std::to_string(i) + " from 198.51.100." +
                    std::to_string(i) + " port 4000 ssh2");
  }
  ASSERT_GE(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->source, "198.51.100.0/24");
}

TEST_F(Story, OneCustomersAddressesAreOneSource) {
  for (int i = 0; i < 20; ++i) {
    request("2001:db8::" + std::to_string(i + 1), i, "GET /.env" + std::to_string(i), 404, "-",
            "sqlmap/1.0");
  }
  ASSERT_EQ(book.size(), 1U);
  EXPECT_EQ(book.by_weight()[0]->source, "2001:db8::/64");
}

// Nothing of a forged line makes an incident of the one that it names.
TEST_F(Story, ForgedLinesAccuseNobody) {
  for (int i = 0; i < 50; ++i) {
    ssh(i,
        "Failed password for invalid user a from 198.51.100.1 port 22 ssh2: x from 192.0.2.7 port "
        "4000 ssh2");
  }
  EXPECT_EQ(book.size(), 0U);
}

Client& client(ClientTable& table, uint32_t number, Micros now) {
  const Ip ip = Ip::from_ipv4(number);
  return table.of(ip, client_hash(ip), now);
}

TEST(ClientTableTest, StaysAsLargeAsItIs) {
  ClientTable table;
  for (uint32_t i = 1; i < 400'000; ++i) client(table, i, 1);
  Client& hostile = client(table, 77, 1);
  hostile.suspicion.level = 5;
  for (uint32_t i = 1; i < 400'000; ++i) client(table, 1'000'000 + i, 2);
  EXPECT_EQ(client(table, 77, 2).suspicion.level, 5) << "who owes something stays";
}

}  // namespace
}  // namespace stockade::logs
