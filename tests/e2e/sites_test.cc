// The program itself, as an administrator runs it, on the sites of tests/corpus.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"

namespace stockade::e2e {
namespace {

namespace fs = std::filesystem;

std::string corpus(const std::string& name) {
  return fmt::format("{}/tests/corpus/{}", STOCKADE_SOURCE_DIR, name);
}

std::vector<std::string> planted() {
  std::vector<std::string> rows;
  std::ifstream file(corpus("weak-site/PLANTED.txt"));
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') rows.push_back(line);
  }
  return rows;
}

TEST(Sites, EveryPlantedFaultIsFoundAndNothingElse) {
  const Outcome run = stockade("audit --root '" + corpus("weak-site") + "' --format json");
  EXPECT_EQ(run.status, 1);
  EXPECT_GE(planted().size(), 50u);
  EXPECT_THAT(places_of(run), testing::UnorderedElementsAreArray(planted()));
}

TEST(Sites, AHardenedSiteIsQuiet) {
  const Outcome run = stockade("audit --root '" + corpus("hardened-site") + "' --format json");
  EXPECT_THAT(places_of(run), testing::IsEmpty());
}

TEST(Sites, ASnapshotSaysTheSame) {
  const std::string file = testing::TempDir() + "stockade-snapshot.json";
  const std::string root = "--root '" + corpus("weak-site") + "'";
  EXPECT_EQ(stockade("snapshot " + root + " --output '" + file + "'").status, 0);
  const Outcome run = stockade("audit --snapshot '" + file + "' --format json");
  std::remove(file.c_str());
  EXPECT_THAT(places_of(run), testing::UnorderedElementsAreArray(planted()));
}

// A copy belongs to whoever made it, with the modes that his umask left: that says nothing of the
// machine it came from.
class CopiedSite {
 public:
  explicit CopiedSite(const std::string& name) : path_(testing::TempDir() + "stockade-" + name) {
    fs::remove_all(path_);
    fs::copy(corpus(name), path_, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    own(path_);
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (!entry.is_symlink()) own(entry.path());
    }
  }
  ~CopiedSite() { fs::remove_all(path_); }
  CopiedSite(const CopiedSite&) = delete;
  CopiedSite& operator=(const CopiedSite&) = delete;

  Outcome audit() const { return stockade("audit --root '" + path_ + "' --format json"); }

 private:
  static void own(const fs::path& path) {
    fs::permissions(path, fs::perms::all);
    constexpr uid_t kSomebody = 12345;
    if (geteuid() != 0) return;  // the copy is mine then
    EXPECT_EQ(chown(path.c_str(), kSomebody, kSomebody), 0) << path;
  }

  std::string path_;
};

TEST(Sites, OwnersAndModesOfACopyAreNotJudged) {
  EXPECT_THAT(places_of(CopiedSite("weak-site").audit()),
              testing::UnorderedElementsAreArray(planted()));
  const Outcome quiet = CopiedSite("hardened-site").audit();
  EXPECT_THAT(places_of(quiet), testing::IsEmpty());
  EXPECT_THAT(quiet.output, testing::HasSubstr("who may change what httpd runs as root"));
}

TEST(Sites, ARequestIsExplained) {
  for (const char* config : {"apache2.conf", "etc/apache2/apache2.conf"}) {
    const Outcome run = stockade(
        fmt::format("explain http://shop.example/admin/../.git/config --from 203.0.113.9 --config "
                    "'{}/{}' --format json",
                    corpus("weak-site"), config));
    const auto told = nlohmann::json::parse(run.output, nullptr, false);
    ASSERT_FALSE(told.is_discarded()) << run.output;
    EXPECT_EQ(told["schema"], "stockade/request/1");
    EXPECT_EQ(told["vhost"]["file"], "/etc/apache2/sites-enabled/000-default.conf");
    EXPECT_EQ(told["access"]["decision"], "granted");
    EXPECT_EQ(told["status"], 404);
    EXPECT_EQ(told["mapping"][1]["line"], 3);
    // It caches: what was cached before is told as unknown.
    EXPECT_EQ(told["unknown"][0]["about"], "cache");
    EXPECT_EQ(run.status, 3);
  }
}

TEST(Sites, ARequestIsRefusedWithItsCause) {
  EXPECT_EQ(stockade("explain ftp://x/").status, 2);
  EXPECT_EQ(stockade("explain http://x/ --from nobody").status, 2);
  EXPECT_EQ(stockade("explain http://x/ --header x").status, 2);
  EXPECT_EQ(stockade("explain server-status-open --from 192.0.2.1").status, 2);
}

TEST(Sites, MistakesAreUsageErrors) {
  EXPECT_EQ(stockade("audti").status, 2);
  EXPECT_EQ(stockade("audit --root /nonexistent").status, 2);
  EXPECT_EQ(stockade("audit --format yaml").status, 2);
  EXPECT_EQ(stockade("explain no-such-rule").status, 2);
  EXPECT_EQ(stockade("--help").status, 0);
}

}  // namespace
}  // namespace stockade::e2e
