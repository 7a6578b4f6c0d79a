// What was once predicted wrongly: each case is asked of httpd again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "case_file.h"
#include "comparison.h"

namespace stockade::effective {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> case_files() {
  std::vector<std::string> files;
  // TEST_CASE names another one, to look at.
  if (const char* own = std::getenv("TEST_CASE")) return {own};
  for (const auto& entry : fs::directory_iterator(STOCKADE_SOURCE_DIR "/tests/cases/effective")) {
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(PredictionCases, AreWhatHttpdDoes) {
  const std::string missing = httpd_missing();
  if (!missing.empty()) GTEST_SKIP() << missing;
  SiteTree tree;
  const auto files = case_files();
  ASSERT_FALSE(files.empty());
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto kept = read_case(text, file);
    ASSERT_TRUE(kept) << kept.error().message();
    const Comparison result = compare(kept->site, tree);
    EXPECT_EQ(result.difference, "");
    EXPECT_EQ(result.unknown, 0u) << (result.causes.empty() ? "" : result.causes.begin()->first);
    const LiveHttpd httpd(tree);
    for (size_t i = 0; i < kept->site.requests.size(); ++i) {
      if (kept->answers[i] == 0) continue;
      EXPECT_EQ(httpd.ask(kept->site.requests[i]).status, kept->answers[i])
          << "httpd itself answers otherwise now";
    }
  }
}

}  // namespace
}  // namespace stockade::effective
