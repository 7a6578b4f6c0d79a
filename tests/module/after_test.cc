// What only the answer tells (bytes, time), dry runs of some clients, and what an administrator
// sees when room or the helper is gone.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "httpd_server.h"
#include "limit/region.h"
#include "load_client.h"

namespace stockade::module_test {
namespace {

std::string from(int client) {
  return fmt::format("X-Forwarded-For: 203.0.{}.{}\r\n", client / 250, client % 250);
}

// Of /proc/PID/FILE the lines that hold `what`.
std::vector<std::string> lines_of(pid_t pid, const char* file, const std::string& what) {
  std::ifstream text(fmt::format("/proc/{}/{}", pid, file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (line.find(what) != std::string::npos) lines.push_back(line);
  }
  return lines;
}

uint64_t resident_kilobytes(pid_t pid) {
  const auto lines = lines_of(pid, "status", "VmRSS:");
  return lines.empty() ? 0 : std::stoul(lines[0].substr(6));
}

size_t open_files(pid_t pid) {
  const std::filesystem::directory_iterator files(fmt::format("/proc/{}/fd", pid));
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

class After : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_serve()) GTEST_SKIP();
  }
  void serve(const std::string& site) { ASSERT_EQ(server_.start({.site = site}), ""); }
  int passes(int tries, const std::string& headers = "", const std::string& path = "/f.txt") {
    int passed = 0;
    for (int i = 0; i < tries; ++i) {
      passed += get(server_.port(), path, headers).status == 200 ? 1 : 0;
      usleep(20'000);  // what is counted afterwards is counted when the answer has left
    }
    return passed;
  }
  size_t records(const std::string& what) { return count_of(server_.error_log(), what); }
  bool open_table(limit::Region& region) const {
    const int fd = open(server_.table_file().c_str(), O_RDWR | O_CLOEXEC);
    const auto error = limit::Region::attach(fd, true, region);
    close(fd);
    return error == limit::RegionError::none;
  }

  HttpdServer server_{Mpm::event};
};

TEST_F(After, KilobytesAreCountedWhenTheyAreSent) {
  serve("StockadeLimit bytes 1/h burst=4 ban=off");  // f.txt and its header are one kilobyte
  EXPECT_EQ(passes(10), 4);
  EXPECT_EQ(get(server_.port(), "/f.txt").status, 429);
  EXPECT_EQ(records("event=limited network=127.0.0.1/32 class=bytes"), 1u);
}

TEST_F(After, MillisecondsOfWorkAreCounted) {
  // The body of the request comes late, and the time counts from its head.
  serve("StockadeLimit slow 1/h burst=1000 ban=off");
  EXPECT_EQ(passes(5), 5) << "fast ones owe nothing, or a few milliseconds";
  EXPECT_EQ(get_slowly(server_.port(), 1500), 200);
  usleep(100'000);
  EXPECT_EQ(get(server_.port(), "/f.txt").status, 429);
  EXPECT_EQ(records("class=slow"), 1u);
}

TEST_F(After, ADryRunMayHoldForOneClassAlone) {
  serve(
      fmt::format("{}StockadeLimit all 1/h burst=3 dry ban=off\n"
                  "StockadeClass search /g.txt\nStockadeLimit search 1/h burst=2 ban=off",
                  kTrustsLoopback));
  EXPECT_EQ(passes(6, from(1)), 6);
  EXPECT_EQ(passes(6, from(2), "/g.txt"), 2);
  EXPECT_EQ(records("event=would-limit network=203.0.0.1/32 class=all"), 1u);
  EXPECT_EQ(records("event=limited network=203.0.0.2/32 class=search"), 1u);
}

TEST_F(After, ADryRunMayHoldForAPartOfTheClients) {
  serve(fmt::format("{}StockadeLimit all 1/h burst=1 dry=70% ban=off alone", kTrustsLoopback));
  int let_through = 0;
  for (int client = 0; client < 200; ++client) {
    int passed = 0;
    for (int i = 0; i < 3; ++i) passed += get(server_.port(), "/f.txt", from(client)).status == 200;
    EXPECT_TRUE(passed == 1 || passed == 3) << "one client sees one behaviour";
    let_through += passed == 3 ? 1 : 0;
  }
  // 140 of 200 on average; five standard deviations are 32.
  EXPECT_GT(let_through, 108);
  EXPECT_LT(let_through, 172);
}

TEST_F(After, AFullTableShowsInTheLogAndInTheStatus) {
  serve(
      fmt::format("{}StockadeTableSize 64K\nStockadeLimit all 5/h burst=5 ban=off alone\n"
                  "<Location /status>\nSetHandler stockade-status\nStockadeExempt on\n</Location>",
                  kTrustsLoopback));
  // 4,096 places, of which the test fills every one itself: requests would take too long.
  limit::Region region;
  ASSERT_TRUE(open_table(region));
  limit::CounterTable counters = region.counters();
  const limit::Rate rate = limit::make_rate(5, 3600, 5);
  for (uint64_t i = 1; i < 200'000; ++i)
    counters.charge(i * 0x9E3779B97F4A7C15ULL, rate, 3, region.now());
  EXPECT_EQ(passes(4, from(1)), 4) << "users fail open";
  EXPECT_EQ(records("event=table-full"), 1u);
  const std::string status = get(server_.port(), "/status").body;
  EXPECT_NE(status.find("\"overflow\":4"), std::string::npos) << status;
}

TEST_F(After, ADeadHelperShowsInTheLogAndInTheStatus) {
  serve(
      fmt::format("{}StockadeLimit all 1/h burst=1\n"
                  "<Location /status>\nSetHandler stockade-status\nStockadeExempt on\n</Location>",
                  kTrustsLoopback));
  limit::Region region;
  ASSERT_TRUE(open_table(region));
  const auto state = [&] { return get(server_.port(), "/status").body; };
  EXPECT_NE(state().find("\"helper\":{\"state\":\"none\""), std::string::npos) << state();
  auto& helper = region.header().helper;
  helper.process = 4711;
  helper.works = 1;
  helper.seen = region.seconds() + 1;
  EXPECT_NE(state().find("\"state\":\"working\""), std::string::npos) << state();
  // As if it had fallen silent long ago: the table is older than it says.
  region.header().made_monotonic -= 3'600'000'000;
  EXPECT_NE(state().find("\"state\":\"dead\""), std::string::npos) << state();
  for (int i = 0; i < 8; ++i) get(server_.port(), "/f.txt", from(7));
  for (int i = 0; i < 8; ++i) get(server_.port(), "/f.txt", from(8));
  EXPECT_EQ(records("event=banned"), 2u);
  EXPECT_EQ(records("the helper stockade-ban (process 4711) was last seen "), 1u);
}

TEST_F(After, ADamagedTableIsReplacedAndThatIsSaid) {
  serve("StockadeLimit all 1/h burst=2 ban=off");
  server_.stop();
  {
    std::fstream file(server_.table_file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offsetof(limit::Header, counter_buckets));
    const uint64_t wrong = 3;
    file.write(reinterpret_cast<const char*>(&wrong), sizeof wrong);
  }
  serve("StockadeLimit all 1/h burst=2 ban=off");
  EXPECT_EQ(records("the table before is not taken over (the table is damaged): a new one is made"),
            1u)
      << server_.error_log();
  EXPECT_EQ(passes(5), 2);
}

// No request is lost, none passes beyond the promise, nothing grows, however often httpd reads its
// configuration anew.
TEST_F(After, GracefulRestartsUnderLoadLoseNothing) {
  const HttpdServer::Wish wish{.processes =
                                   "StartServers 2\nServerLimit 8\nThreadsPerChild 8\n"
                                   "MaxRequestWorkers 64\n",
                               .process_count = 2,
                               .site = "StockadeLimit all 1000000/s burst=1000000"};
  ASSERT_EQ(server_.start(wish), "");
  const int restarts = is_full_run() ? 1000 : 20;
  const auto warm_up = restarts / 10;
  uint64_t before = 0;
  std::atomic<uint64_t> lost{0};
  size_t files = 0;
  for (int i = 0; i < restarts; ++i) {
    std::thread load([&] {
      // Each on a connection of its own: a connection kept alive may end with its child.
      for (int k = 0; k < 20; ++k) lost += get(server_.port(), "/f.txt").status == 200 ? 0 : 1;
    });
    EXPECT_TRUE(server_.graceful(wish));
    load.join();
    if (i == warm_up) {
      before = resident_kilobytes(server_.parent());
      files = open_files(server_.parent());
    }
  }
  EXPECT_EQ(lost, 0u);
  const uint64_t after = resident_kilobytes(server_.parent());
  std::printf("parent: %lu kB after %d restarts, %lu kB after %d\n", before, warm_up, after,
              restarts);
  EXPECT_LT(after, before + 1024 + static_cast<uint64_t>(restarts))
      << "a kilobyte each is httpd's own";
  EXPECT_LE(open_files(server_.parent()), files + 2);
  EXPECT_EQ(lines_of(server_.parent(), "maps", "stockade.table").size(), 1u);
}

}  // namespace
}  // namespace stockade::module_test
