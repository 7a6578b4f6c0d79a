// Generated configurations. STOCKADE_ORACLE_SEED=n repeats another run, STOCKADE_ORACLE_CASES=n
// tries more.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "generator.h"
#include "httpd_oracle.h"

namespace stockade::oracle {
namespace {

constexpr uint64_t kShards = 8;
constexpr size_t kAtOnce = 4;  // httpd sleeps 10 ms over each refusal
constexpr int kShrinkTrials = 400;
constexpr int kEnough = 3;  // failures to mend
constexpr uint64_t kDefaultCases = 5200;
constexpr uint64_t kManyCases = 20'000;
constexpr uint64_t kFewCases = 400;  // where each costs a whole run of httpd

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

uint64_t case_count() {
  const char* mode = std::getenv("STOCKADE_TEST_MODE");
  const bool full = mode != nullptr && std::string_view(mode) == "full";
  const uint64_t wanted = full ? kManyCases : kDefaultCases;
  return setting("STOCKADE_ORACLE_CASES", ForkedHttpd::possible() ? wanted : kFewCases);
}

uint64_t case_seed(uint64_t seed, uint64_t number) { return seed * 1'000'003 + number; }

// What is left of a failing case, and how it fails.
std::string smallest(const World& world, const Case& failing) {
  const Case small = shrink(
      failing, [&](const Case& trial) { return !world.difference(trial).empty(); }, kShrinkTrials);
  return world.difference(small) + "\nkeep as tests/corpus/nasty/NAME.conf:\n--8<--\n" +
         print_case(small) + "-->8--";
}

class GeneratedOracle : public testing::TestWithParam<uint64_t> {};

TEST_P(GeneratedOracle, HttpdAgreesOnEveryConfiguration) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  const uint64_t seed = setting("STOCKADE_ORACLE_SEED", 20261124);
  const std::array<World, kAtOnce> worlds;
  std::vector<uint64_t> asked;
  uint64_t compared = 0;
  int failures = 0;
  for (uint64_t i = GetParam(); i < case_count() && failures < kEnough;) {
    asked.clear();
    for (; asked.size() < kAtOnce && i < case_count(); i += kShards) {
      worlds[asked.size()].ask(generate(case_seed(seed, i)));
      asked.push_back(i);
    }
    for (size_t k = 0; k < asked.size(); ++k) {
      ++compared;
      if (worlds[k].answer().empty()) continue;
      ADD_FAILURE() << "seed " << seed << ", case " << asked[k] << ":\n"
                    << smallest(worlds[k], generate(case_seed(seed, asked[k])));
      ++failures;
    }
  }
  fmt::print("{} configurations compared, seed {}\n", compared, seed);
  if (!ForkedHttpd::possible()) {
    fmt::print("NOTE: httpd's headers (apache2-dev) are not here: {} cases instead of {}\n",
               kFewCases, kDefaultCases);
  }
}

INSTANTIATE_TEST_SUITE_P(Shard, GeneratedOracle, testing::Range(uint64_t{0}, kShards));

}  // namespace
}  // namespace stockade::oracle
