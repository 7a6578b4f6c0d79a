// Graceful restarts, one after the other, while requests come in: nothing passes that was not
// promised, no request is lost, and nothing stays behind in the parent. Ten by default, a thousand
// in the full run.
#include <dirent.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "httpd_server.h"
#include "load_client.h"

namespace stockade::module_test {
namespace {

struct Kept {
  long kilobytes = 0;  // resident, of the parent
  size_t descriptors = 0;
  size_t tables = 0;  // mappings of the limiter's table
};

Kept kept_by(pid_t process) {
  Kept kept;
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) kept.kilobytes = std::stol(line.substr(6));
  }
  std::ifstream maps(fmt::format("/proc/{}/maps", process));
  for (std::string line; std::getline(maps, line);) kept.tables += line.ends_with("stockade.table");
  if (DIR* folder = opendir(fmt::format("/proc/{}/fd", process).c_str())) {
    while (readdir(folder) != nullptr) ++kept.descriptors;
    closedir(folder);
  }
  return kept;
}

constexpr int kBetween = 100'000;  // microseconds, for the new generation to serve
constexpr int kWarmUp = 3;         // httpd itself grows with its first generations

class GracefulRestarts : public testing::TestWithParam<Mpm> {
 protected:
  void SetUp() override {
    if (!can_serve()) GTEST_SKIP();
    wish_.processes =
        GetParam() == Mpm::event
            ? "StartServers 2\nServerLimit 8\nThreadsPerChild 25\nMaxRequestWorkers 200\n"
            : "StartServers 4\nServerLimit 64\nMaxRequestWorkers 64\n";
    wish_.process_count = 1;
    wish_.site = "StockadeLimit all 10/s burst=10 ban=off";
    // mod_http2 loses requests of cleartext connections at a graceful restart, without any other
    // module as well.
    wish_.protocols = "http/1.1";
    ASSERT_EQ(server_.start(wish_), "");
  }

  // What the parent kept more after `count` restarts under load than after the first few.
  Kept restart_under_load(int count, Tally& tally) {
    std::atomic<bool> done{false};
    std::thread client([&] {
      Load load;
      load.port = server_.port();
      load.connections = 4;
      load.per_second = 100;
      load.seconds = 3600;
      load.stop = &done;
      load.headers =
          "Connection: close\r\n";  // on a kept one httpd may close while a request is on its way
      tally = offer(load);
    });
    int restarts = 0;
    for (; restarts < kWarmUp && server_.graceful(wish_); ++restarts) usleep(kBetween);
    const Kept before = kept_by(server_.parent());
    for (; restarts < kWarmUp + count && server_.graceful(wish_); ++restarts) usleep(kBetween);
    const Kept after = kept_by(server_.parent());
    done = true;
    client.join();
    EXPECT_EQ(restarts, kWarmUp + count);
    return {after.kilobytes - before.kilobytes, after.descriptors - before.descriptors,
            after.tables - before.tables};
  }

  HttpdServer server_{GetParam()};
  HttpdServer::Wish wish_;
};

INSTANTIATE_TEST_SUITE_P(Mpms, GracefulRestarts, testing::Values(Mpm::event, Mpm::prefork),
                         [](const auto& which) {
                           return which.param == Mpm::event ? "event" : "prefork";
                         });

TEST_P(GracefulRestarts, LoseNothingAndLeaveNothing) {
  const int count = is_full_run() ? 1000 : 10;
  Tally tally;
  const Kept more = restart_under_load(count, tally);
  const double promised = 10 + 10 * tally.elapsed;
  std::printf(
      "NOTE: %d graceful restarts: %lu requests, %lu lost, %lu passed of %.0f promised, the parent "
      "grew by %ld kB\n",
      count, tally.offered, tally.broken, tally.of(200), promised, more.kilobytes);
  EXPECT_EQ(tally.broken, 0u);
  EXPECT_EQ(tally.of(200) + tally.of(429), tally.offered);
  EXPECT_LE(static_cast<double>(tally.of(200)), promised + 1);
  EXPECT_EQ(more.descriptors, 0u);
  EXPECT_EQ(more.tables, 0u);
  EXPECT_LE(more.kilobytes, 512 + count / 2)
      << "half a kilobyte a restart, httpd's own growth included";
}

}  // namespace
}  // namespace stockade::module_test
