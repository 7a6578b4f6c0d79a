// Debian's own configuration, with every module, site and snippet switched on that httpd takes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "httpd_oracle.h"
#include "scratch_tree.h"

namespace stockade::oracle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDebian = "/etc/apache2";

class DebianTree {
 public:
  DebianTree() {
    for (const char* kind : {"mods", "conf", "sites"}) copy_kind(kind);
    for (const char* file : {"apache2.conf", "ports.conf", "magic"}) {
      fs::copy_file(fs::path(kDebian) / file, root() / file);
    }
  }

  fs::path root() const { return tree_.path(); }

  std::vector<std::string> arguments(std::vector<std::string> questions) const {
    questions.insert(questions.begin(), "-t");
    questions.insert(questions.end(), {"-d", root(), "-f", root() / "apache2.conf"});
    return questions;
  }

  conf::Environment environment(std::vector<std::string> defines) const {
    conf::Environment environment;
    environment.config_file = root() / "apache2.conf";
    environment.server_root = root();
    environment.variables = {variables().begin(), variables().end()};
    environment.defines = std::move(defines);
    environment.built_in_modules = conf::default_built_in_modules();
    environment.check_module_files = true;
    environment.check_paths = true;
    return environment;
  }

  // Switches off what httpd names in its refusal; "" where it names nothing.
  std::string switch_off_culprit(const std::string& refusal) const {
    constexpr std::string_view kMark = "-enabled/";
    const size_t at = refusal.rfind(kMark);
    if (at == std::string::npos) return "";
    const size_t begin = refusal.rfind('/', at) + 1;
    const size_t end = refusal.find_first_of(": \n", at);
    const fs::path culprit = root() / refusal.substr(begin, end - begin);
    const std::string stem = culprit.stem();
    for (const char* extension : {".load", ".conf"}) {
      std::error_code ignored;
      fs::remove(culprit.parent_path() / (stem + extension), ignored);
    }
    return stem;
  }

  size_t enabled(const std::string& folder) const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(root() / folder), fs::directory_iterator()));
  }

 private:
  static bool is_of_apache2(const fs::path& file) {
    std::ifstream list("/var/lib/dpkg/info/apache2.conffiles");
    const std::string all((std::istreambuf_iterator<char>(list)), std::istreambuf_iterator<char>());
    return all.empty() || all.find(file.string() + "\n") != std::string::npos;
  }

  void copy_kind(const std::string& kind) const {
    const fs::path available = fs::path(kDebian) / (kind + "-available");
    fs::create_directories(root() / (kind + "-available"));
    fs::create_directories(root() / (kind + "-enabled"));
    const std::set<std::string> others = {"mpm_prefork", "mpm_worker"};
    for (const auto& entry : fs::directory_iterator(available)) {
      const std::string name = entry.path().filename();
      fs::copy_file(entry.path(), root() / (kind + "-available") / name);
      // Modules of other packages: mod_php does not even start beside a threaded MPM.
      if (others.contains(entry.path().stem()) || !is_of_apache2(entry.path())) continue;
      fs::create_symlink("../" + kind + "-available/" + name, root() / (kind + "-enabled") / name);
    }
  }

  test::ScratchTree tree_;
};

TEST(DebianOracle, HttpdAgreesOnDebiansOwnFilesWithEveryModule) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  if (!fs::exists(fs::path(kDebian) / "mods-available/info.load")) {
    fmt::print("NOTE: {} is not here: Debian's own files were not compared\n", kDebian);
    GTEST_SKIP() << "the package apache2 is not installed";
  }
  const DebianTree tree;
  const test::ScratchTree scratch;
  std::string off;
  HttpdAnswer answer = ask_httpd(tree.arguments({}), scratch.path());
  for (int trials = 0; !answer.accepted && trials < 40; ++trials) {
    const std::string stem = tree.switch_off_culprit(answer.err);
    ASSERT_NE(stem, "") << answer.err;
    off += " " + stem;
    answer = ask_httpd(tree.arguments({}), scratch.path());
  }
  ASSERT_TRUE(answer.accepted) << answer.err;
  const size_t files = tree.enabled("mods-enabled");
  fmt::print("{} files of modules on; off:{}\n", files, off);
  EXPECT_GE(files, 100U);
  EXPECT_EQ(
      World(Printed::tree)
          .difference(tree.environment({"DUMP_CONFIG"}), tree.arguments({"-D", "DUMP_CONFIG"})),
      "");
  EXPECT_EQ(World(Printed::hosts)
                .difference(tree.environment({"DUMP_VHOSTS", "DUMP_RUN_CFG"}),
                            tree.arguments({"-D", "DUMP_VHOSTS", "-D", "DUMP_RUN_CFG"})),
            "");
  EXPECT_EQ(
      World(Printed::includes)
          .difference(tree.environment({"DUMP_INCLUDES"}), tree.arguments({"-D", "DUMP_INCLUDES"})),
      "");
}

}  // namespace
}  // namespace stockade::oracle
