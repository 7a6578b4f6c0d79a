// Processes that count one client together while others of them are killed at random moments.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include "limit/limiter.h"

namespace stockade::limit {
namespace {

constexpr int kProcesses = 8;

struct Shared {
  std::atomic<uint64_t> passed{0};
  std::atomic<uint64_t> tries{0};
};

[[noreturn]] void flood(const Region& region, Shared& shared) {
  Limiter limiter(region, {}, static_cast<uint32_t>(getpid()));
  const Rule rule{.index = 0, .rate = make_rate(10, 1, 10), .bans = false};
  const Client client = Client::from_ipv4(0xCB007101);
  for (;;) {
    for (int i = 0; i < 20; ++i) {
      shared.tries.fetch_add(1);
      // One that is killed between the two was promised its request and never had it.
      if (limiter.check(client, {&rule, 1}, region.now()).kind == Verdict::Kind::pass) {
        shared.passed.fetch_add(1);
      }
    }
    usleep(500);
  }
}

bool is_full_run() {
  const char* mode = std::getenv("TEST_MODE");
  return mode != nullptr && std::string_view(mode) == "full";
}

TEST(LimitKill, ThePromiseHoldsWhileProcessesDie) {
  Region region;
  ASSERT_EQ(Region::create({64 << 10, 16 << 10, 64}, region), RegionError::none);
  Region memory;
  ASSERT_EQ(Region::create({0, 0, 64}, memory), RegionError::none);
  auto& shared = *reinterpret_cast<Shared*>(&memory.header().overflow[0]);
  const auto start = [&]() -> pid_t {
    const pid_t pid = fork();
    if (pid == 0) flood(region, shared);
    return pid;
  };
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) children.push_back(start());
  const unsigned kills = is_full_run() ? 1000 : 100;
  const Ticks began = region.now();
  std::mt19937 random(4711);
  for (unsigned i = 0; i < kills; ++i) {
    usleep(static_cast<useconds_t>(2000 + random() % 30'000));
    pid_t& victim = children[random() % children.size()];
    kill(victim, SIGKILL);
    ASSERT_EQ(waitpid(victim, nullptr, 0), victim);
    victim = start();
    ASSERT_GT(victim, 0);
  }
  for (const pid_t child : children) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  // Until the last one is gone they ask.
  const double seconds = static_cast<double>(region.now() - began) / kTicksPerSecond;
  const double promised = 10 + 10 * seconds;
  EXPECT_LE(static_cast<double>(shared.passed), promised + 1);
  // Not less either, but for requests whose process died with the promise in hand.
  EXPECT_GE(static_cast<double>(shared.passed), promised - 2 - kills * 0.05);
  EXPECT_GT(shared.tries, shared.passed * 20);
}

}  // namespace
}  // namespace stockade::limit
