#include "finding/suppression.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/memory_file_system.h"
#include "conf/evaluate.h"
#include "finding/remark.h"

namespace stockade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kMain = "/etc/apache2/apache2.conf";

conf::Config config_of(std::string_view text) {
  MemoryFileSystem files;
  files.add_file(kMain, text);
  files.add_directory("/etc/apache2");
  conf::Environment environment;
  environment.built_in_modules = conf::default_built_in_modules();
  return conf::evaluate(files, environment);
}

Finding at(uint32_t line, std::string rule = "some-rule", std::string file = kMain) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.place = {std::move(file), line, 1, 1};
  return finding;
}

// "12 accepted" of findings that were handed in; "suppression-x@3 message" of complaints.
std::vector<std::string> judge(std::string_view text, std::vector<Finding> findings,
                               std::string_view today = "2026-11-24",
                               std::vector<std::string> decided = {"some-rule", "other-rule"}) {
  const conf::Config config = config_of(text);
  apply_remarks(config, {{"some-rule", "other-rule"}, std::move(decided)}, today, findings);
  std::vector<std::string> result;
  for (const Finding& finding : findings) {
    if (finding.rule.starts_with("suppression-")) {
      result.push_back(fmt::format("{}@{} {}", finding.rule, finding.place.line, finding.message));
    } else if (finding.suppression.kind != Suppression::Kind::none) {
      result.push_back(fmt::format("{} accepted", finding.place.line));
    }
  }
  return result;
}

TEST(Suppression, CoversTheDirectiveThatFollows) {
  constexpr std::string_view kText =
      "ServerTokens Full\n"
      "# stockade: ignore=some-rule reason=known\n"
      "# some other comment\n"
      "Timeout \\\n"
      "500\n"
      "KeepAlive Off\n";
  EXPECT_THAT(judge(kText, {at(1), at(4), at(5), at(6), at(5, "other-rule")}),
              ElementsAre("4 accepted", "5 accepted"));
}

TEST(Suppression, CoversASectionWhole) {
  constexpr std::string_view kText =
      "ServerTokens Full\n"
      "# stockade: ignore=some-rule,other-rule reason=known\n"
      "<VirtualHost *:80>\n"
      "  <IfModule !no_such_module>\n"
      "  Timeout 500\n"
      "  </IfModule>\n"
      "</VirtualHost>\n"
      "KeepAlive Off\n";
  EXPECT_THAT(judge(kText, {at(1), at(3), at(5), at(5, "other-rule"), at(8)}),
              ElementsAre("3 accepted", "5 accepted", "5 accepted"));
}

TEST(Suppression, BeforeAnyDirectiveCoversTheFileAndTheMachine) {
  constexpr std::string_view kText =
      "# stockade: ignore=some-rule reason=known\n"
      "ServerTokens Full\n"
      "KeepAlive Off\n";
  EXPECT_THAT(judge(kText, {at(0), at(3), at(0, "some-rule", "/srv/x")}),
              ElementsAre("0 accepted", "3 accepted", "0 accepted"));
}

TEST(Suppression, ReachesAFileOfTheMachineThroughItsEvidence) {
  constexpr std::string_view kText =
      "ServerTokens Full\n"
      "# stockade: ignore=some-rule reason=known\n"
      "DocumentRoot /srv/shop\n";
  Finding finding = at(0, "some-rule", "/srv/shop/.git");
  EXPECT_THAT(judge(kText, {finding}), ElementsAre(HasSubstr("suppression-unused@2")));
  finding.evidence.push_back({{kMain, 3, 1, 1}, "serves it", ""});
  EXPECT_THAT(judge(kText, {finding}), ElementsAre("0 accepted"));
}

TEST(Suppression, DoesNotReachBeyondItsSection) {
  constexpr std::string_view kText =
      "<VirtualHost *:80>\n"
      "  ServerName a\n"
      "  # stockade: ignore=some-rule reason=known\n"
      "</VirtualHost>\n"
      "<VirtualHost *:80>\n"
      "</VirtualHost>\n";
  EXPECT_THAT(judge(kText, {at(5)}), ElementsAre(HasSubstr("suppression-unused@3 this remark "
                                                           "covers nothing")));
}

TEST(Suppression, KeepsReasonDateAndPlace) {
  const conf::Config config = config_of(
      "Listen 80\n# stockade: ignore=some-rule until=2027-01-31 reason=\"see ticket 7\"\n"
      "KeepAlive Off\n");
  std::vector<Finding> findings = {at(3)};
  apply_remarks(config, {{"some-rule"}, {"some-rule"}}, "2026-11-24", findings);
  EXPECT_EQ(findings[0].suppression.reason, "see ticket 7");
  EXPECT_EQ(findings[0].suppression.until, "2027-01-31");
  EXPECT_EQ(findings[0].suppression.place, (Place{kMain, 2, 0, 0}));
}

TEST(Suppression, LastsThroughItsDay) {
  constexpr std::string_view kText =
      "Listen 80\n# stockade: ignore=some-rule until=2026-11-24 reason=known\nKeepAlive Off\n";
  EXPECT_THAT(judge(kText, {at(3)}, "2026-11-24"), ElementsAre("3 accepted"));
  EXPECT_THAT(judge(kText, {at(3)}, "2026-11-25"),
              ElementsAre("suppression-expired@2 this remark answered some-rule until 2026-11-24 "
                          "and has expired"));
}

TEST(Suppression, SuggestsTheRuleThatWasMeant) {
  EXPECT_THAT(
      judge("Listen 80\n# stockade: ignore=som-rule reason=known\nKeepAlive Off\n", {at(3)}),
      ElementsAre("suppression-invalid@2 this remark suppresses nothing: there is no rule "
                  "\"som-rule\"; did you mean \"some-rule\"?"));
}

TEST(Suppression, SaysWhatIsNotNeeded) {
  constexpr std::string_view kText =
      "Listen 80\n# stockade: ignore=some-rule,other-rule reason=known\nKeepAlive Off\n";
  EXPECT_THAT(judge(kText, {at(3)}),
              ElementsAre("3 accepted", HasSubstr("is found by other-rule any more")));
  // A rule that did not run may still find it.
  EXPECT_THAT(judge(kText, {at(3)}, "2026-11-24", {"some-rule"}), ElementsAre("3 accepted"));
}

TEST(Suppression, FindsItsWayAmongManyRemarks) {
  std::string text = "Listen 80\n";
  std::vector<Finding> findings;
  for (uint32_t i = 0; i < 20000; ++i) {
    text += "# stockade: ignore=some-rule reason=known\nKeepAlive Off\n";
    findings.push_back(at(3 + 2 * i));
  }
  EXPECT_EQ(judge(text, findings).size(), 20000u);
}

TEST(Remark, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "it names no rule"},
      {"reason=x", "it names no rule"},
      {"ignore=a", "it gives no reason"},
      {"ignore=a reason=", "it gives no reason"},
      {"ignore=a reason=\" \"", "it gives no reason"},
      {"ignore=a reason=\"x", "quote is not closed"},
      {"ignore=a until=soon reason=x", "until=\"soon\" is no date"},
      {"ignore=a until=2026-02-30 reason=x", "no date"},
      {"ignore=a reason=x until=2026-02-28", "swallows what follows"},
      {"ignores=a reason=x", "did you mean \"ignore\"?"},
      {"please ignore a", "\"please\" is not understood"}};
  for (const auto& [text, cause] : kCases) {
    const auto remark = parse_remark(text);
    ASSERT_FALSE(remark) << text;
    EXPECT_THAT(remark.error().cause, HasSubstr(cause)) << text;
  }
  EXPECT_THAT(parse_remark("ignore=a,b reason=p = q")->reason, "p = q");
  EXPECT_THAT(parse_remark("reason=\"x\" ignore=a,b until=2028-02-29")->rules,
              ElementsAre("a", "b"));
}

}  // namespace
}  // namespace stockade
