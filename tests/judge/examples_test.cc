// Hands every example of every rule to the real httpd. In a few shards, so that they run at once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "httpd_judge.h"
#include "rules/page.h"
#include "rules/rule.h"

namespace stockade::judge {
namespace {

constexpr size_t kShards = 4;

struct Shown {
  std::string label;
  rules::Example example;
};

// The examples of one rule, the fixed ones on the machine of their bad one.
void add_examples(const rules::Rule& rule, std::vector<Shown>& all) {
  const auto page = rules::parse_page(rule.page);
  if (!page) return;  // the rules' own tests say why
  rules::Example bad;
  for (const rules::PageExample& shown : page->examples) {
    const bool is_fixed = shown.kind == rules::PageExample::Kind::fixed;
    const auto example = rules::parse_example(shown.text, is_fixed ? &bad : nullptr);
    if (!example) continue;
    if (shown.kind == rules::PageExample::Kind::bad) bad = *example;
    all.push_back({fmt::format("{} {}", rule.id, shown.label()), *example});
  }
}

class ExampleJudge : public testing::TestWithParam<size_t> {};

TEST_P(ExampleJudge, HttpdAgrees) {
  const HttpdJudge judge;
  if (!judge.impossible().empty()) GTEST_SKIP() << judge.impossible();
  std::vector<Shown> all;
  const char* only = std::getenv("TEST_RULE");  // while one writes a rule
  for (const rules::Rule& rule : rules::all_rules()) {
    if (only == nullptr || rule.id == only) add_examples(rule, all);
  }
  size_t judged = 0;
  size_t unjudged = 0;
  for (size_t i = GetParam(); i < all.size(); i += kShards) {
    const rules::Example& example = all[i].example;
    if (!example.unjudged.empty()) {
      ++unjudged;
      continue;
    }
    const Judgement judgement = judge.judge(example);
    EXPECT_EQ(judgement.impossible, "") << all[i].label;
    EXPECT_EQ(judgement.accepted, !example.refused) << all[i].label << ":\n"
                                                    << judgement.output << "\n"
                                                    << example.text;
    ++judged;
  }
  fmt::print("{} examples judged by httpd, {} cannot be\n", judged, unjudged);
  EXPECT_TRUE(judged > 0 || only != nullptr);
}

INSTANTIATE_TEST_SUITE_P(Shard, ExampleJudge, testing::Range(size_t{0}, kShards));

TEST(HttpdJudge, RefusesWhatHttpdRefuses) {
  const HttpdJudge judge;
  if (!judge.impossible().empty()) GTEST_SKIP() << judge.impossible();
  const auto accepted = [&](std::string_view text) {
    return judge.judge(*rules::parse_example(text)).accepted;
  };
  EXPECT_TRUE(accepted("ServerTokens Prod\n"));
  EXPECT_FALSE(accepted("ServerTokens Sometimes\n"));
  EXPECT_FALSE(accepted("#: without ssl_module\nSSLEngine on\n"));
  EXPECT_TRUE(accepted("SSLEngine on\n"));
  EXPECT_FALSE(accepted("Include /etc/apache2/more.conf\n"));
  EXPECT_TRUE(
      accepted("#: file /etc/apache2/more.conf\n#| Timeout 5\nInclude /etc/apache2/more.conf\n"));
  EXPECT_FALSE(accepted("User deploy\n"));
  EXPECT_TRUE(accepted("#: user deploy 1000\nUser deploy\n"));
  EXPECT_TRUE(
      accepted("#: file /usr/share/stockade-test/x\nDocumentRoot /usr/share/stockade-test\n"));
  constexpr std::string_view kPair =
      "SSLCertificateFile /etc/ssl/x.pem\nSSLCertificateKeyFile /etc/ssl/x.key\n";
  EXPECT_FALSE(accepted(kPair));
  EXPECT_TRUE(
      accepted("#: certificate /etc/ssl/x.pem names=www.example.org not-after=2027-01-01\n"
               "#: file /etc/ssl/x.key 0600\n" +
               std::string(kPair)));
  EXPECT_TRUE(accepted("#: define Sometimes\n<IfDefine !Sometimes>\nNonsense\n</IfDefine>\n"));
}

}  // namespace
}  // namespace stockade::judge
