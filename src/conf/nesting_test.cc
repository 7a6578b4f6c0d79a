// Hostile nesting: neither stack nor memory, and a word about what was not read.
#include <gtest/gtest.h>

#include <string>

#include "base/memory_file_system.h"
#include "conf/bounds.h"

namespace stockade::conf {
namespace {

Config read_nested(const std::string& text, const Bounds& bounds = {}) {
  MemoryFileSystem disk;
  disk.add_file("/etc/apache2/apache2.conf", text);
  Environment environment;
  environment.built_in_modules = default_built_in_modules();
  environment.built_in_modules.push_back("macro_module");
  environment.defines.push_back("Yes");
  return evaluate(disk, environment, bounds);
}

std::string repeated(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string nested(const std::string& open, const std::string& close, size_t depth) {
  return repeated(open, depth) + repeated(close, depth) + "Timeout 7\n";
}

size_t problems_with(const Config& config, const std::string& part) {
  size_t count = 0;
  for (const Problem& problem : config.problems) {
    if (problem.kind != Problem::Kind::uncertain) continue;
    if (problem.message.find(part) != std::string::npos) ++count;
  }
  return count;
}

TEST(ConfNesting, SectionsAreReadUpToTheBound) {
  const Config config = read_nested(nested("<Directory /a>\n", "</Directory>\n", 512));
  EXPECT_EQ(problems_with(config, "deep"), 0u);
  EXPECT_EQ(config.all_sections("Directory").size(), 512u);
}

TEST(ConfNesting, WhatIsDeeperIsNamedAndReadingGoesOn) {
  for (const size_t depth : {size_t{514}, size_t{200'000}}) {
    const Config config = read_nested(nested("<Directory /a>\n", "</Directory>\n", depth));
    EXPECT_EQ(problems_with(config, "nest more than 512 deep"), 1u) << depth;
    EXPECT_LE(config.all_sections("Directory").size(), 513u) << depth;
    ASSERT_EQ(config.all("Timeout").size(), 1u) << depth;
    EXPECT_EQ(config.all("Timeout")[0]->parent, nullptr) << depth;
  }
}

TEST(ConfNesting, ConditionalBlocksAreBoundedToo) {
  const Config config = read_nested(nested("<IfDefine Yes>\n", "</IfDefine>\n", 100'000));
  EXPECT_EQ(problems_with(config, "nest more than 512 deep"), 1u);
  ASSERT_EQ(config.all("Timeout").size(), 1u);
  EXPECT_EQ(config.all("Timeout")[0]->parent, nullptr);
}

TEST(ConfNesting, SkippedBlocksAreBoundedToo) {
  const Config config = read_nested(nested("<IfDefine No>\n", "</IfDefine>\n", 100'000));
  EXPECT_GE(problems_with(config, "nest more than 1000 deep"), 1u);
}

TEST(ConfNesting, VariablesThatDoubleAreStopped) {
  std::string text = "Define A0 0123456789abcdef\n";
  for (int i = 1; i < 60; ++i) {
    const std::string last = "${A" + std::to_string(i - 1) + "}";
    text += "Define A" + std::to_string(i) + " " + last + last + "\n";
  }
  const Config config = read_nested(text);
  EXPECT_EQ(problems_with(config, "longer than 16 MiB"), 1u);
}

TEST(ConfNesting, MacrosThatUseEachOtherAreStopped) {
  std::string text = "<Macro m0>\nTimeout 1\n</Macro>\n";
  for (int i = 1; i < 20; ++i) {
    text += "<Macro m" + std::to_string(i) + ">\n" +
            repeated("Use m" + std::to_string(i - 1) + "\n", 10) + "</Macro>\n";
  }
  Bounds bounds;
  bounds.lines = 50'000;
  const Config config = read_nested(text + "Use m19\n", bounds);
  EXPECT_EQ(problems_with(config, "too many lines"), 1u);
}

TEST(ConfNesting, AFileThatIncludesItselfTwiceIsNotReadInEveryWay) {
  const Config config = read_nested("Include apache2.conf\nTimeout 5\nInclude apache2.conf\n");
  ASSERT_NE(config.verdict(), nullptr);
  EXPECT_NE(config.verdict()->message.find("maximum include depth"), std::string::npos);
  EXPECT_LE(config.files.size(), 258u);
  EXPECT_EQ(config.all("Timeout").size(), 1u);  // the main file's own
}

TEST(ConfNesting, AFileThatIsNoConfigurationIsNotReadToItsEnd) {
  Bounds bounds;
  bounds.unknown = 100;
  EXPECT_EQ(read_nested(repeated("nonsense here\n", 100), bounds).unknown().size(), 100u);
  const Config config = read_nested(repeated("nonsense here\n", 1000), bounds);
  EXPECT_EQ(config.unknown().size(), 101u);
  EXPECT_EQ(problems_with(config, "is this a configuration?"), 1u);
  bounds.problems = 50;
  const Config closed = read_nested(repeated("</nothing>\n", 1000), bounds);
  EXPECT_EQ(closed.problems.size(), 51u);
  EXPECT_EQ(problems_with(closed, "is this a configuration?"), 1u);
}

TEST(ConfNesting, OfManyErrorsTheVerdictIsTheFirst) {
  const Config config = read_nested("LoadModule stranger_module stranger.so\n" +
                                    repeated("nonsense here\n", 20'000) + "Timeout\n");
  ASSERT_NE(config.verdict(), nullptr);
  EXPECT_EQ(config.verdict()->line, 20'002u);
  EXPECT_EQ(config.problems.size(), 10'001u);
}

TEST(ConfNesting, AMacroLineHasHttpdsOwnLimit) {
  const std::string argument(5000, 'x');
  const Config config =
      read_nested("<Macro m $a>\nTimeout $a$a\n</Macro>\nUse m " + argument + "\n");
  ASSERT_NE(config.verdict(), nullptr);
  EXPECT_NE(config.verdict()->message.find("buffer size too small"), std::string::npos);
  EXPECT_TRUE(config.all("Timeout").empty());
}

}  // namespace
}  // namespace stockade::conf
