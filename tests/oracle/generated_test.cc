// Generated configurations. STOCKADE_ORACLE_SEED=n repeats another run, STOCKADE_ORACLE_CASES=n
// tries more.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "generator.h"
#include "httpd_oracle.h"

namespace stockade::oracle {
namespace {

constexpr uint64_t kShards = 8;
constexpr int kShrinkTrials = 400;
constexpr uint64_t kDefaultCases = 400;

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

uint64_t case_count() {
  const char* mode = std::getenv("STOCKADE_TEST_MODE");
  const bool full = mode != nullptr && std::string_view(mode) == "full";
  return setting("STOCKADE_ORACLE_CASES", full ? 5200 : kDefaultCases);
}

class GeneratedOracle : public testing::TestWithParam<uint64_t> {};

TEST_P(GeneratedOracle, HttpdAgreesOnEveryConfiguration) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  const uint64_t seed = setting("STOCKADE_ORACLE_SEED", 20261124);
  const World world;
  uint64_t compared = 0;
  int failures = 0;
  for (uint64_t i = GetParam(); i < case_count(); i += kShards) {
    const Case wanted = generate(seed * 1'000'003 + i);
    ++compared;
    if (world.difference(wanted).empty()) continue;
    const Case small = shrink(
        wanted, [&](const Case& trial) { return !world.difference(trial).empty(); }, kShrinkTrials);
    ADD_FAILURE() << "seed " << seed << ", case " << i << ":\n"
                  << world.difference(small) << "\nkeep as tests/corpus/nasty/NAME.conf:\n--8<--\n"
                  << print_case(small) << "-->8--";
    if (++failures == 3) break;  // enough to mend
  }
  fmt::print("{} configurations compared, seed {}\n", compared, seed);
}

INSTANTIATE_TEST_SUITE_P(Shard, GeneratedOracle, testing::Range(uint64_t{0}, kShards));

}  // namespace
}  // namespace stockade::oracle
