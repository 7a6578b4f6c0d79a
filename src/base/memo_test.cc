#include "base/memo.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace stockade {
namespace {

struct Length {
  size_t value = 0;
};
struct Doubled {
  size_t value = 0;
};

TEST(Memo, ComputesEachTypeOnce) {
  Memo memo;
  int made = 0;
  const auto length = [&] {
    ++made;
    return Length{7};
  };
  EXPECT_EQ(memo.get<Length>(length).value, 7u);
  EXPECT_EQ(&memo.get<Length>(length), &memo.get<Length>(length));
  EXPECT_EQ(made, 1);
  EXPECT_EQ(memo.get<Doubled>([&] { return Doubled{2 * memo.get<Length>(length).value}; }).value,
            14u);
}

TEST(Memo, IsAskedBySeveralThreadsAtOnce) {
  Memo memo;
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  std::atomic<size_t> sum = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      sum += memo.get<Length>([&] {
                   ++made;
                   return Length{5};
                 })
                 .value;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(sum, 40u);
}

}  // namespace
}  // namespace stockade
