// Takes pieces of a working jail away, one at a time, and asks "jail explain" about what is seen
// then.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/text.h"
#include "breaks.h"
#include "jail/explain/catalogue.h"

namespace stockade::test {

void PrintTo(const Break& one, std::ostream* out) { *out << one.name; }

namespace {

std::set<std::string_view> explained_in(const std::string& text) {
  std::set<std::string_view> ids;
  for (const std::string_view line : split(text, '\n')) {
    for (const jail::Explanation* one : jail::explain(line)) ids.insert(one->id);
  }
  return ids;
}

std::string placed(const JailSite& site, std::string text) {
  text = replace_all(text, "TREE", site.tree().path());
  return replace_all(text, "PORT", std::to_string(site.port()));
}

void prepare(JailSite& site, const Break& broken) {
  if (broken.before != nullptr) broken.before(site);
  for (const auto& [from, to] : broken.edits) site.edit(from, placed(site, to));
  if (!broken.configured.empty()) site.configure(placed(site, broken.configured));
  if (!broken.page.empty()) {
    site.tree().write("/site/htdocs/try.php",
                      "<?php ini_set('display_errors', '1'); ini_set('html_errors', '0');\n" +
                          placed(site, broken.page) + "\n");
  }
  if (!broken.refused.empty()) site.prepare_with([&] { refuse_calls(broken.refused); });
}

// Asks for the paths until each expected entry was seen, or for 10 s: httpd's own daemons and
// php-fpm write when they get to it, which is after the jail has said that it is up. What is asked
// goes to `seen`.
std::vector<std::string_view> missing_after(const JailSite& site, bool is_up, const Break& broken,
                                            std::string* seen) {
  std::vector<std::string_view> missing;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  do {
    if (is_up) {
      for (const std::string& path : broken.asked) *seen += ask(site.port(), path).body + "\n";
    }
    const auto found = explained_in(*seen + site.error_log());
    missing.clear();
    for (const std::string_view id : broken.explained)
      if (!found.contains(id)) missing.push_back(id);
    if (!missing.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (!missing.empty() && std::chrono::steady_clock::now() < deadline);
  return missing;
}

class JailExplain : public testing::TestWithParam<Break> {};

TEST_P(JailExplain, NamesWhatIsMissing) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  const Break& broken = GetParam();
  JailSite site;
  prepare(site, broken);
  std::vector<std::string> options{"--unverified"};
  for (const std::string& item : broken.without)
    options.insert(options.end(), {"--without", placed(site, item)});
  for (const std::string& option : broken.options) options.push_back(placed(site, option));
  const auto up = site.up(options);
  if (up.status != 0) {
    EXPECT_TRUE(broken.asked.empty() && broken.after == nullptr) << up.errors;
  }
  std::string seen = up.errors;
  if (up.status == 0 && broken.after != nullptr) seen += broken.after(site);
  const auto missing = missing_after(site, up.status == 0, broken, &seen);
  for (const std::string_view id : missing)
    ADD_FAILURE() << id << " is expected; seen:\n" << seen << site.error_log();
}
INSTANTIATE_TEST_SUITE_P(Jail, JailExplain, testing::ValuesIn(breaks()),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(JailCatalogue, HasEachEntryReproduced) {
  std::set<std::string_view> reproduced;
  for (const Break& broken : breaks())
    reproduced.insert(broken.explained.begin(), broken.explained.end());
  std::set<std::string_view> ids;
  for (const jail::Explanation& one : jail::explanations()) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id << " is there twice";
    EXPECT_FALSE(one.cause.empty() || one.fix.empty()) << one.id;
    EXPECT_TRUE(reproduced.contains(one.id)) << one.id << " is not reproduced";
  }
  EXPECT_GE(ids.size(), 40u);
  std::cout << "NOTE: " << breaks().size() << " ways to break a jail explain all " << ids.size()
            << " entries of the catalogue\n";
}

TEST(JailCatalogue, PutsTheMostParticularFirst) {
  EXPECT_TRUE(jail::explain("a line of no interest").empty());
  const auto found = jail::explain("[core:emerg] AH00543: apache2: bad user name www-data");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front()->id, "no-user");
}

}  // namespace
}  // namespace stockade::test
