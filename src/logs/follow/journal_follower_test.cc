// Against a journal that systemd's own program wrote, where it is here.
#include "logs/follow/journal_follower.h"

#include <gtest/gtest.h>
#include <scratch_tree.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace stockade::logs {
namespace {

namespace fs = std::filesystem;
constexpr const char* kWriter = "/usr/lib/systemd/systemd-journal-remote";

class Journal : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kWriter))
      GTEST_SKIP() << kWriter << " is not here (Debian: systemd-journal-remote)";
  }
  // Entries `first` to `last` into a journal file of their own.
  void write(int first, int last) const {
    const std::string text = folder + "/entries";
    {
      std::ofstream out(text);
      for (int i = first; i <= last; ++i) {
        out << "__REALTIME_TIMESTAMP=" << 1763900000000000LL + i * 1000
            << "\n__MONOTONIC_TIMESTAMP=" << 1000 + i
            << "\n_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME=web1\nSYSLOG_IDENTIFIER="
               "sshd\n_PID="
            << i << "\nMESSAGE=Failed password for root from 192.0.2." << i % 250
            << " port 22 ssh2\n\n";
      }
    }
    const std::string command = std::string(kWriter) + " -o " + folder + "/a" +
                                std::to_string(first) + ".journal " + text + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0);
    fs::remove(text);
  }
  static std::string given(JournalFollower& follower, uint64_t most = 1000) {
    std::string out;
    const auto done = follower.poll(most, [&](std::string_view line, const LineOrigin&) {
      const size_t open = line.find('['), close = line.find(']');
      out += std::string(line.substr(open + 1, close - open - 1)) + " ";
    });
    return done ? out : done.error().message();
  }
  test::ScratchTree tree;
  const std::string& folder = tree.path();
};

TEST_F(Journal, GivesOutEachEntryOnce) {
  write(1, 5);
  auto first = JournalFollower::open(folder, "");
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(given(**first, 3), "1 2 3 ");
  const std::string cursor = (*first)->cursor();
  EXPECT_EQ(given(**first), "4 5 ");
  EXPECT_EQ(given(**first), "");
  // Killed after the third: the store has its cursor.
  auto second = JournalFollower::open(folder, cursor);
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_EQ(given(**second), "4 5 ");
  EXPECT_EQ((*second)->gaps(), 0U);
}

TEST_F(Journal, WhatWasThereBeforeTheFirstLookIsBackFill) {
  write(1, 3);
  auto follower = JournalFollower::open(folder, "");
  ASSERT_TRUE(follower) << follower.error().message();
  const auto back_filled = [&] {
    int count = 0;
    (void)(*follower)->poll(
        2, [&](std::string_view, const LineOrigin& origin) { count += origin.back_fill ? 1 : 0; });
    return count;
  };
  EXPECT_EQ(back_filled(), 2);
  EXPECT_EQ(back_filled(), 1);
}

TEST_F(Journal, GoesOnInAnotherFile) {
  write(1, 3);
  auto follower = JournalFollower::open(folder, "");
  ASSERT_TRUE(follower) << follower.error().message();
  EXPECT_EQ(given(**follower), "1 2 3 ");
  write(4, 6);
  std::string rest;
  for (int i = 0; i < 20 && rest.size() < 6; ++i) {
    rest += given(**follower);
    usleep(50'000);
  }
  EXPECT_EQ(rest, "4 5 6 ");
}

TEST_F(Journal, SaysThatEntriesWereRemoved) {
  write(1, 3);
  std::string cursor;
  {
    auto follower = JournalFollower::open(folder, "");
    ASSERT_TRUE(follower);
    EXPECT_EQ(given(**follower), "1 2 3 ");
    cursor = (*follower)->cursor();
  }
  for (const auto& entry : fs::directory_iterator(folder)) fs::remove(entry);
  write(7, 8);
  auto follower = JournalFollower::open(folder, cursor);
  ASSERT_TRUE(follower) << follower.error().message();
  EXPECT_EQ(given(**follower), "7 8 ");
  EXPECT_EQ((*follower)->gaps(), 1U);
}

}  // namespace
}  // namespace stockade::logs
