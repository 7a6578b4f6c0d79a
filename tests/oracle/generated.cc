#include "generated.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

namespace stockade::oracle {

namespace {

constexpr size_t kAtOnce = 4;  // httpd sleeps 10 ms over each refusal
constexpr int kShrinkTrials = 400;
constexpr int kEnough = 3;  // failures to mend

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

uint64_t case_count(const Generated& kind) {
  const char* mode = std::getenv("TEST_MODE");
  const bool full = mode != nullptr && std::string_view(mode) == "full";
  const uint64_t wanted = full ? kind.many_cases : kind.cases;
  return setting("TEST_ORACLE_CASES", ForkedHttpd::possible() ? wanted : kind.few_cases);
}

uint64_t case_seed(uint64_t seed, uint64_t number) { return seed * 1'000'003 + number; }

// What is left of a failing case, and how it fails.
std::string smallest(const World& world, const Case& failing) {
  const Case small = shrink(
      failing, [&](const Case& trial) { return !world.difference(trial).empty(); }, kShrinkTrials);
  return world.difference(small) + "\nkeep as tests/corpus/nasty/NAME.conf:\n--8<--\n" +
         print_case(small) + "-->8--";
}

}  // namespace

void compare_generated(const Generated& kind, uint64_t shard) {
  const uint64_t seed = setting("TEST_ORACLE_SEED", 20261124);
  const uint64_t count = case_count(kind);
  std::vector<std::unique_ptr<World>> worlds;
  while (worlds.size() < kAtOnce) worlds.push_back(std::make_unique<World>(kind.printed));
  uint64_t compared = 0;
  int failures = 0;
  for (uint64_t i = shard; i < count && failures < kEnough;) {
    std::vector<uint64_t> asked;
    for (; asked.size() < kAtOnce && i < count; i += kind.shards) {
      worlds[asked.size()]->ask(kind.generate(case_seed(seed, i)));
      asked.push_back(i);
    }
    for (size_t k = 0; k < asked.size(); ++k) {
      ++compared;
      if (worlds[k]->answer().empty()) continue;
      ADD_FAILURE() << "seed " << seed << ", case " << asked[k] << ":\n"
                    << smallest(*worlds[k], kind.generate(case_seed(seed, asked[k])));
      ++failures;
    }
  }
  fmt::print("{} configurations compared, seed {}\n", compared, seed);
  if (!ForkedHttpd::possible()) {
    fmt::print("NOTE: httpd's headers (apache2-dev) are not here: {} cases instead of {}\n",
               kind.few_cases, kind.cases);
  }
}

}  // namespace stockade::oracle
