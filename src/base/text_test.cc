#include "base/text.h"

#include <gtest/gtest.h>

namespace stockade {
namespace {

TEST(Nearest, IsASlipAwayOrNothing) {
  const std::vector<std::string_view> words = {"Timeout", "TimeoutOfBackend", "Listen"};
  EXPECT_EQ(nearest("Timout", words), "Timeout");
  EXPECT_EQ(nearest("TIMEOUT", words), "Timeout");
  EXPECT_EQ(nearest("Lisen", words), "Listen");
  EXPECT_EQ(nearest("DocumentRoot", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
  EXPECT_EQ(nearest("Timeout", {}), std::nullopt);
}

// A line may be 16 MiB long: comparing it letter by letter would take for ever.
TEST(Nearest, NeverComparesWhatDiffersInLength) {
  EXPECT_EQ(nearest(std::string(size_t{16} << 20, 'x'), {"Timeout", "Listen"}), std::nullopt);
}

}  // namespace
}  // namespace stockade
