// What a rule warns of is shown with a real httpd: with the mistake it gives away what it should
// not, and the rule finds it; mended, it does not, and the rule is silent.
#include <gtest/gtest.h>

#include <algorithm>

#include "live_httpd.h"
#include "program.h"
#include "proofs.h"

namespace stockade::proof {

void PrintTo(const Proof& proof, std::ostream* out) { *out << proof.name; }

namespace {

class LiveProof : public testing::TestWithParam<Proof> {
 protected:
  static void expect(const effective::Response& got, const Expected& expected) {
    EXPECT_EQ(got.status, expected.status) << got.body;
    EXPECT_NE(got.body.find(expected.body), std::string::npos) << got.body;
    EXPECT_TRUE(expected.header.empty() || got.headers.contains(expected.header));
    EXPECT_FALSE(!expected.no_header.empty() && got.headers.contains(expected.no_header));
  }

  // Whether the rule finds anything in what httpd runs with, having compared what httpd answers.
  static bool tried(const std::vector<std::string>& lines, const Expected& expected) {
    const Proof& proof = GetParam();
    effective::Site site{proof.both, proof.files, {}};
    site.files.push_back({"/www/a.html", "", "", false});
    site.lines.insert(site.lines.end(), lines.begin(), lines.end());
    effective::SiteTree tree(effective::SiteTree::Oracle::without);
    tree.fill(site);
    const effective::LiveHttpd httpd(tree);
    EXPECT_TRUE(httpd.running()) << httpd.complaint();
    for (const effective::SiteRequest& request : proof.before) (void)httpd.ask(request);
    expect(httpd.ask(proof.request), expected);
    const auto rules =
        e2e::rules_of(e2e::stockade("audit --format json --config " + tree.config_file()));
    EXPECT_FALSE(rules.empty());
    return std::count(rules.begin(), rules.end(), proof.rule) > 0;
  }
};

TEST_P(LiveProof, HttpdDoesWhatTheRuleSays) {
  if (const std::string why = effective::httpd_missing(); !why.empty()) GTEST_SKIP() << why;
  const Proof& proof = GetParam();
  {
    SCOPED_TRACE("with the mistake");
    EXPECT_TRUE(tried(proof.bad, proof.when_bad)) << proof.rule << " finds nothing";
  }
  SCOPED_TRACE("mended");
  EXPECT_FALSE(tried(proof.good, proof.when_good)) << proof.rule << " still finds something";
}
INSTANTIATE_TEST_SUITE_P(Rules, LiveProof, testing::ValuesIn(proofs()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace stockade::proof
