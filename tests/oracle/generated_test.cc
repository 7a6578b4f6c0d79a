// Generated configurations against httpd.
#include "generated.h"

#include <gtest/gtest.h>

#include "generator.h"
#include "host_generator.h"

namespace stockade::oracle {
namespace {

constexpr Generated kTrees{.generate = generate,
                           .printed = Printed::tree,
                           .cases = 5200,
                           .many_cases = 20'000,
                           .few_cases = 400,
                           .shards = 8};
constexpr Generated kHosts{.generate = generate_hosts,
                           .printed = Printed::hosts,
                           .cases = 600,
                           .many_cases = 10'000,
                           .few_cases = 100,
                           .shards = 2};
constexpr Generated kIncludes{.generate = generate,
                              .printed = Printed::includes,
                              .cases = 600,
                              .many_cases = 10'000,
                              .few_cases = 100,
                              .shards = 2};

class GeneratedOracle : public testing::TestWithParam<uint64_t> {};
class GeneratedHostsOracle : public testing::TestWithParam<uint64_t> {};
class GeneratedIncludesOracle : public testing::TestWithParam<uint64_t> {};

TEST_P(GeneratedOracle, HttpdAgreesOnEveryConfiguration) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  compare_generated(kTrees, GetParam());
}

TEST_P(GeneratedHostsOracle, HttpdAgreesOnEveryTable) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  compare_generated(kHosts, GetParam());
}

TEST_P(GeneratedIncludesOracle, HttpdAgreesOnEveryList) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  compare_generated(kIncludes, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Shard, GeneratedOracle, testing::Range(uint64_t{0}, kTrees.shards));
INSTANTIATE_TEST_SUITE_P(Shard, GeneratedHostsOracle, testing::Range(uint64_t{0}, kHosts.shards));
INSTANTIATE_TEST_SUITE_P(Shard, GeneratedIncludesOracle,
                         testing::Range(uint64_t{0}, kIncludes.shards));

}  // namespace
}  // namespace stockade::oracle
