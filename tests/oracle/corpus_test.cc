// Files made by hand, and others' where they are here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/live_file_system.h"
#include "httpd_oracle.h"

namespace stockade::oracle {
namespace {

constexpr const char* kKnown = STOCKADE_SOURCE_DIR "/docs/known-differences.md";
constexpr const char* kNasty = STOCKADE_SOURCE_DIR "/tests/corpus/nasty";
constexpr const char* kHostsCorpus = STOCKADE_SOURCE_DIR "/tests/corpus/hosts";
constexpr const char* kShared = STOCKADE_SOURCE_DIR "/../shared/data/conf/certbot";

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> paths;
  for (const std::string& name :
       LiveFileSystem().list(folder).value_or(std::vector<std::string>())) {
    if (name.find(".conf") != std::string::npos || name.ends_with(".htaccess")) {
      paths.push_back(folder + "/" + name);
    }
  }
  return paths;
}

std::string bytes_of(const std::string& path) {
  return LiveFileSystem().read(path, 64U << 20U).value_or("");
}

size_t compare_all(const std::string& folder, Printed printed) {
  const World world(printed);
  size_t compared = 0;
  for (const std::string& path : files_in(folder)) {
    EXPECT_EQ(world.difference(parse_case(bytes_of(path))), "") << path;
    ++compared;
  }
  return compared;
}

TEST(CorpusOracle, HttpdAgreesOnTheHostsOfEveryFile) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  EXPECT_GE(compare_all(kHostsCorpus, Printed::hosts), 12U);
}

TEST(CorpusOracle, HttpdAgreesOnTheIncludesOfEveryFile) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  EXPECT_GE(compare_all(kNasty, Printed::includes), 200U);
}

// What stands in an .htaccess file is judged within a <Directory>.
Case case_of(const std::string& path) {
  if (!path.ends_with(".htaccess")) return parse_case(bytes_of(path));
  Case wrapped = parse_case("<Directory /tmp>\nInclude htaccess\n</Directory>\n");
  wrapped.files.push_back(parse_case(bytes_of(path)).files[0]);
  wrapped.files.back().path = "htaccess";
  return wrapped;
}

TEST(CorpusOracle, HttpdAgreesOnFilesThatBrokeAnotherParser) {
  if (const std::string why = oracle_missing(); !why.empty()) GTEST_SKIP() << why;
  std::vector<std::string> paths = files_in(std::string(kShared) + "/passing");
  for (const std::string& path : files_in(std::string(kShared) + "/failing")) paths.push_back(path);
  if (paths.empty()) {
    fmt::print("NOTE: {} is not here: its files were not compared\n", kShared);
    GTEST_SKIP() << "no such corpus here";
  }
  const World world(Printed::tree, kManyModules);
  const std::string known = bytes_of(kKnown);
  for (const std::string& path : paths) {
    const std::string name = path.substr(path.rfind('/') + 1);
    if (known.find("- `" + name + "`:") != std::string::npos) {
      EXPECT_NE(world.difference(case_of(path)), "") << name << " is no difference any more";
    } else {
      EXPECT_EQ(world.difference(case_of(path)), "") << path;
    }
  }
  fmt::print("{} files compared\n", paths.size());
}

}  // namespace
}  // namespace stockade::oracle
