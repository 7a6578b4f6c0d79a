// What Stockade predicts of a request is what httpd does. Random sites, real requests; a prediction
// may be unknown, never wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "case_file.h"
#include "comparison.h"

namespace stockade::effective {
namespace {

constexpr size_t kRequestsOfSite = 25;
constexpr size_t kShards = 4;

// TEST_SEED moves the whole run to other sites.
uint64_t first_seed() {
  const char* text = std::getenv("TEST_SEED");
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

bool is_full_run() {
  const char* mode = std::getenv("TEST_MODE");
  return mode != nullptr && std::string_view(mode) == "full";
}

size_t sites_of_shard() { return is_full_run() ? 240 : 22; }

// How many sites with a difference a shard shows, each made small, before it ends.
size_t most_failures() {
  const char* text = std::getenv("TEST_MOST_FAILURES");
  if (text != nullptr) return std::strtoull(text, nullptr, 10);
  return is_full_run() ? 20 : 1;
}

class Prediction : public testing::TestWithParam<size_t> {};

TEST_P(Prediction, IsWhatHttpdDoes) {
  const std::string missing = httpd_missing();
  if (!missing.empty()) GTEST_SKIP() << missing;
  SiteTree tree;
  Comparison total;
  size_t failures = 0;
  for (size_t i = 0; i < sites_of_shard(); ++i) {
    const uint64_t seed = first_seed() + GetParam() + i * kShards;
    const Site site = generate_site(seed, kRequestsOfSite);
    Comparison result = compare(site, tree);
    // Another program may have taken the port; what is wrong stays wrong on the next one.
    if (!result.difference.empty()) result = compare(site, tree);
    total.asked += result.asked;
    total.agreed += result.agreed;
    total.unknown += result.unknown;
    for (const auto& [cause, count] : result.causes) total.causes[cause] += count;
    if (result.difference.empty()) continue;
    if (result.difference.starts_with("httpd runs")) {
      ADD_FAILURE() << "seed " << seed << ": " << result.difference;
    } else {
      const Site small = shrink(site, result.failed, tree);
      const std::string again = compare(small, tree).difference;
      ADD_FAILURE() << "seed " << seed << ": "
                    << (again.empty() ? "once: " + result.difference : again) << "\n"
                    << case_text(small);
    }
    if (++failures >= most_failures()) break;
  }
  fmt::print(
      "{} requests, {} predicted as httpd answered, {} unknown, {} sites with a difference\n",
      total.asked, total.agreed, total.unknown, failures);
  for (const auto& [cause, count] : total.causes) fmt::print("  unknown {:4} {}\n", count, cause);
}

INSTANTIATE_TEST_SUITE_P(Shard, Prediction, testing::Range(size_t{0}, kShards));

}  // namespace
}  // namespace stockade::effective
