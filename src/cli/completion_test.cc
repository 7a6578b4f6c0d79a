// The completion scripts in the shells that they are for; a shell that is not installed skips.
#include "cli/completion.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "scratch_tree.h"

namespace stockade::cli {
namespace {

using testing::HasSubstr;

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "cannot run " + command;
  std::array<char, 4096> buffer{};
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.append(buffer.data(), got);
  }
  pclose(pipe);
  return output;
}

bool installed(const std::string& shell) {
  return std::system(("command -v " + shell + " >/dev/null").c_str()) == 0;
}

// What bash offers at the end of `line`.
std::string bash_offers(const test::ScratchTree& tree, const std::string& line) {
  tree.write("/ask.sh",
             fmt::format(R"(. {}/stockade.bash
line={}
read -r -a COMP_WORDS <<<"$line"
[[ $line == *' ' ]] && COMP_WORDS+=("")
COMP_CWORD=$(({}COMP_WORDS[@]{} - 1))
COMP_LINE=$line COMP_POINT={}line{}
_stockade
printf '%s\n' "{}COMPREPLY[@]{}"
)",
                         tree.path(), "'" + line + "'", "${#", "}", "${#", "}", "${", "}"));
  return output_of("bash " + tree.path() + "/ask.sh");
}

TEST(Completion, BashOffersCommandsOptionsAndValues) {
  if (!installed("bash")) GTEST_SKIP() << "bash is not here";
  const test::ScratchTree tree;
  tree.write("/stockade.bash", bash_completion());
  EXPECT_THAT(bash_offers(tree, "stockade au"), HasSubstr("audit\n"));
  EXPECT_THAT(bash_offers(tree, "stockade config "), HasSubstr("vhosts\n"));
  const std::string formats = bash_offers(tree, "stockade audit --format s");
  EXPECT_EQ(formats, "sarif\n");
  EXPECT_THAT(bash_offers(tree, "stockade audit --only weak"), HasSubstr("weak-tls-cipher\n"));
  EXPECT_THAT(bash_offers(tree, "stockade audit --"), HasSubstr("--new-since\n"));
  EXPECT_THAT(bash_offers(tree, "stockade explain server-st"), HasSubstr("server-status-open"));
}

TEST(Completion, ZshReadsIt) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not here";
  const test::ScratchTree tree;
  tree.write("/_stockade", zsh_completion());
  EXPECT_EQ(output_of("zsh -n " + tree.path() + "/_stockade"), "");
  EXPECT_THAT(zsh_completion(), testing::StartsWith("#compdef stockade"));
}

TEST(Completion, FishOffersCommandsOptionsAndValues) {
  if (!installed("fish")) GTEST_SKIP() << "fish is not here";
  const test::ScratchTree tree;
  tree.write("/stockade.fish", fish_completion());
  const auto offers = [&](const std::string& line) {
    return output_of(
        fmt::format("HOME={0} fish --no-config -c 'source {0}/stockade.fish; complete -C \"{1}\"'",
                    tree.path(), line));
  };
  EXPECT_THAT(offers("stockade au"), HasSubstr("audit"));
  EXPECT_THAT(offers("stockade audit --format s"), HasSubstr("sarif"));
  EXPECT_THAT(offers("stockade audit --new"), HasSubstr("--new-since"));
  EXPECT_THAT(offers("stockade config v"), HasSubstr("vhosts"));
}

}  // namespace
}  // namespace stockade::cli
