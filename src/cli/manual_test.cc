// The manual pages before mandoc's own judgement.
#include "cli/manual.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "scratch_tree.h"

namespace stockade::cli {
namespace {

std::string lint(const test::ScratchTree& tree, const std::string& page, int section = 8) {
  const std::string name = "/page." + std::to_string(section);
  tree.write(name, page);
  std::string output;
  FILE* pipe = popen(("mandoc -T lint -W warning " + tree.path() + name + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "mandoc cannot be run";
  std::array<char, 4096> buffer{};
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.append(buffer.data(), got);
  }
  pclose(pipe);
  return output;
}

TEST(Manual, MandocHasNothingToSay) {
  if (std::system("command -v mandoc >/dev/null") != 0) GTEST_SKIP() << "mandoc is not here";
  const test::ScratchTree tree;
  EXPECT_NE(lint(tree, main_page() + ".Xyzzy\n"), "") << "the judge is asleep";
  EXPECT_EQ(lint(tree, main_page()), "");
  EXPECT_EQ(lint(tree, rules_page(), 7), "");
  for (const Command* command : commands()) {
    EXPECT_EQ(lint(tree, command_page(*command)), "") << command->name;
  }
}

}  // namespace
}  // namespace stockade::cli
