// Hand-made files, each with one trap: tests/corpus/nasty/*.conf.
#include <gtest/gtest.h>

#include "base/live_file_system.h"
#include "httpd_oracle.h"

namespace stockade::oracle {
namespace {

constexpr const char* kKnownDifferences = STOCKADE_SOURCE_DIR "/docs/known-differences.md";
constexpr const char* kCorpus = STOCKADE_SOURCE_DIR "/tests/corpus/nasty";

TEST(NastyOracle, HttpdAgreesOnEveryFile) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  const LiveFileSystem disk;
  const World world;
  const std::string known = disk.read(kKnownDifferences, 1U << 20U).value_or("");
  size_t compared = 0;
  for (const std::string& name : disk.list(kCorpus).value_or(std::vector<std::string>())) {
    if (!name.ends_with(".conf")) continue;
    const auto text = disk.read(std::string(kCorpus) + "/" + name, 64U << 20U);
    ASSERT_TRUE(text) << name;
    const Case wanted = parse_case(*text);
    EXPECT_EQ(print_case(wanted), *text) << name << " does not survive being parsed";
    const std::string difference = world.difference(wanted);
    if (known.find("- `" + name + "`:") != std::string::npos) {
      EXPECT_NE(difference, "") << name << " is no difference any more: take it out of "
                                << kKnownDifferences;
    } else {
      EXPECT_EQ(difference, "") << name;
    }
    ++compared;
  }
  EXPECT_GE(compared, 200U);
}

// The comparison itself must be able to fail.
TEST(NastyOracle, SeesADifference) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  const World world;
  world.fill(parse_case("Timeout 5\nKeepAlive on\n"));
  conf::Environment environment = world.environment();
  environment.after = {"Timeout 6"};
  EXPECT_NE(world.difference(environment, world.httpd_arguments()), "");
  environment.after = {"Nonsense"};
  EXPECT_NE(world.difference(environment, world.httpd_arguments()), "");
}

}  // namespace
}  // namespace stockade::oracle
