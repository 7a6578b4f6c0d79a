#include "logs/watch/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <scratch_tree.h>

#include <ctime>
#include <filesystem>

#include "logs/recognise/hash.h"

namespace stockade::logs {
namespace {

using testing::HasSubstr;

class Watching : public ::testing::Test {
 protected:
  std::unique_ptr<Watcher> open() {
    auto opened = Watcher::open(
        tree.path() + "/watch.db", {{tree.path() + "/access.log", {}}}, {},
        [this](const Notice& notice) {
          if (notice.incident != nullptr) {
            told.push_back(
                std::string(notice.kind == Notice::Kind::opened ? "opened " : "changed ") +
                notice.incident->source + (notice.back_fill ? " (before)" : ""));
          } else {
            told.push_back(notice.text);
          }
        });
    EXPECT_TRUE(opened) << opened.error().message();
    return std::move(*opened);
  }
  void write(const std::string& lines) {
    text += lines;
    tree.write("/access.log", text);
  }
  static std::string attack(const std::string& client) {
    return client +
           " - - [24/Nov/2025:10:00:00 +0000] \"GET /?x=${jndi:ldap://a/b} HTTP/1.1\" 404 1 \"-\" "
           "\"-\"\n";
  }
  bool turn(Watcher& watcher) {
    const auto more = watcher.turn(static_cast<Micros>(std::time(nullptr)) * kSecond);
    EXPECT_TRUE(more) << more.error().message();
    return more.value_or(false);
  }

  test::ScratchTree tree;
  std::string text;
  std::vector<std::string> told;
};

TEST_F(Watching, TellsOfAnIncidentOnceAndRemembersIt) {
  write(attack("192.0.2.1"));
  {
    const auto watcher = open();
    EXPECT_TRUE(turn(*watcher));
    EXPECT_FALSE(turn(*watcher));
    write(attack("192.0.2.2"));
    EXPECT_TRUE(turn(*watcher));
    EXPECT_THAT(watcher->metrics(), HasSubstr("access.log\"} 2\n"));
  }
  EXPECT_THAT(told, testing::ElementsAre("opened 192.0.2.1 (before)", "opened 192.0.2.2"));
  told.clear();
  write(attack("192.0.2.1") + attack("192.0.2.3"));
  const auto again = open();
  turn(*again);
  EXPECT_THAT(told, testing::ElementsAre("opened 192.0.2.3 (before)")) << "the first is known";
  EXPECT_EQ(again->incidents().size(), 3U);
}

// Which line it was decides, not what else was read in the same turn.
// Twelve clients try one account, one password each: none of them is seen alone. The watcher is
// started anew between any two of them.
TEST_F(Watching, CountsClientsThatActTogetherOverRestarts) {
  const auto refused = [](int client) {
    return "Nov 24 10:00:00 host sshd[" + std::to_string(client) +
           "]: Failed password for root from 198.51." + std::to_string(client) + ".7 port 2 ssh2\n";
  };
  for (int client = 1; client <= 12; ++client) {
    EXPECT_THAT(told, testing::IsEmpty()) << client;
    write(refused(client));
    use_hash_key(static_cast<uint64_t>(client));  // as another process has
    const auto watcher = open();
    turn(*watcher);
  }
  EXPECT_THAT(told, testing::ElementsAre(HasSubstr("opened account root")));
}

TEST_F(Watching, SaysOfEachIncidentWhetherItLiesInThePast) {
  write("192.0.2.9 - - [24/Nov/2025:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"\n");
  const auto watcher = open();
  turn(*watcher);
  turn(*watcher);
  tree.write("/access.log.1", attack("192.0.2.5"));  // written while nobody looked
  write("192.0.2.9 - - [24/Nov/2025:10:00:01 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"\n");
  turn(*watcher);
  EXPECT_THAT(told, testing::ElementsAre("opened 192.0.2.5 (before)"));
}

TEST_F(Watching, TellsThatALogIsNoLongerUnderstood) {
  const auto watcher = open();
  write(attack("192.0.2.1"));
  turn(*watcher);
  std::string strange;
  for (int i = 0; i < 1500; ++i) strange += "{\"when\": " + std::to_string(i) + "}\n";
  write(strange);
  turn(*watcher);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_THAT(told[1], HasSubstr("was understood since 2025-11-24T10:00:00Z"));
  EXPECT_THAT(told[1], HasSubstr("{\"w\": N}"));
  EXPECT_THAT(watcher->metrics(), HasSubstr("stockade_log_drift{log=\""));
}

TEST_F(Watching, TellsThatALogIsMissingAndThatItIsBack) {
  const auto watcher = open();
  turn(*watcher);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], HasSubstr("No such file"));
  write(attack("192.0.2.1"));
  turn(*watcher);
  EXPECT_THAT(told.back(), HasSubstr("can be read again"));
}

// Whoever asks for incidents has to know whether anybody was looking.
TEST_F(Watching, SaysOnceAMinuteUntilWhenItRead) {
  write("");
  const auto watcher = open();
  const Micros start = static_cast<Micros>(std::time(nullptr)) * kSecond;
  const auto read_until = [&](Micros now) {
    EXPECT_TRUE(watcher->turn(now));
    const auto until = Store::open_to_read(tree.path() + "/watch.db")->read_until();
    return until->at(tree.path() + "/access.log") - start;
  };
  EXPECT_EQ(read_until(start), 0);
  EXPECT_EQ(read_until(start + 30 * kSecond), 0);
  EXPECT_EQ(read_until(start + 70 * kSecond), 70 * kSecond);
  std::filesystem::remove(tree.path() + "/access.log");
  EXPECT_EQ(read_until(start + 700 * kSecond), 70 * kSecond) << "it cannot be read";
}

TEST_F(Watching, RefusesAStoreThatIsNone) {
  tree.write("/watch.db",
             "this is no database, and long enough to be looked at as one by its first bytes");
  EXPECT_FALSE(Watcher::open(tree.path() + "/watch.db", {}, {}, [](const Notice&) {}));
}

}  // namespace
}  // namespace stockade::logs
