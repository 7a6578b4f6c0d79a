// Text that makes more text: the work stays bounded, and what was not read is named.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.h"
#include "site.h"

namespace stockade::robust {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* kRecursion = "Exceeded maximum include depth of 128";

bool finds(const nlohmann::json& report, const std::string& rule) {
  for (const auto& finding : report["findings"]) {
    if (finding["rule"] == rule) return true;
  }
  return false;
}

TEST(RobustLoops, AFileThatIncludesItself) {
  const Site site("Include apache2.conf\nTraceEnable On");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report), Contains(HasSubstr(kRecursion)));
  EXPECT_TRUE(finds(report, "trace-enabled"));
}

// Read to depth 128 on every way, this would be 2^128 files.
TEST(RobustLoops, TwoFilesThatIncludeEachOther) {
  const Site site("Include c/*.conf\nTraceEnable On");
  site.write(Site::in_c("a.conf"), "Include c/*.conf\nServerSignature On\n");
  site.write(Site::in_c("b.conf"), "Include c/*.conf\nServerTokens Full\n");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report), Contains(HasSubstr(kRecursion)));
  EXPECT_LT(report["findings"].size(), 1000u);
  for (const std::string rule : {"trace-enabled", "server-tokens-verbose"}) {
    EXPECT_TRUE(finds(report, rule)) << rule;
  }
}

TEST(RobustLoops, ALoopOfAHundredThousandIncludes) {
  const Site site("Include c/x.conf");
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "Include c/y.conf\n";
  site.write(Site::in_c("x.conf"), text);
  site.write(Site::in_c("y.conf"), "Include c/x.conf\n");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report), Contains(HasSubstr(kRecursion)));
  EXPECT_LT(report.dump().size(), 10'000'000u);
}

// No loop, so httpd would read 2^100 files.
TEST(RobustLoops, ATreeThatDoublesAHundredTimes) {
  const Site site("Include c/0.conf\nTraceEnable On");
  for (int i = 0; i < 100; ++i) {
    site.write(Site::in_c(fmt::format("{}.conf", i)),
               fmt::format("Include c/{0}.conf\nInclude c/{0}.conf\n", i + 1));
  }
  site.write(Site::in_c("100.conf"), "ServerAdmin a@example.org\n");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("The rest was not read")));
}

TEST(RobustLoops, MacrosThatUseEachOther) {
  std::string text =
      "LoadModule macro_module modules/mod_macro.so\n<Macro m0>\nTimeout 1\n</Macro>\n";
  for (int i = 1; i < 20; ++i) {
    text += fmt::format("<Macro m{}>\n", i);
    for (int j = 0; j < 10; ++j) text += fmt::format("Use m{}\n", i - 1);
    text += "</Macro>\n";
  }
  const Site site("<Directory /a>\n" + text + "Use m19\n</Directory>");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("uses of macros, that use each other")));
  // <Directory> is still open where reading stopped: nobody knows whether it closes.
  EXPECT_THAT(refusals(report), Not(Contains(HasSubstr("was not closed"))));
}

TEST(RobustLoops, VariablesThatDouble) {
  std::string text = "Define A0 0123456789abcdef\n";
  for (int i = 1; i < 60; ++i) text += fmt::format("Define A{0} ${{A{1}}}${{A{1}}}\n", i, i - 1);
  const Site site(text);
  EXPECT_THAT(not_checked(audit({"--root", site.path()})),
              Contains(HasSubstr("longer than 16 MiB")));
}

TEST(RobustLoops, AHundredThousandMistakes) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "Timeut 7\n";
  const Site site(text);
  const auto report = audit({"--root", site.path()});
  EXPECT_GE(refusals(report).size(), 9'999u);
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("more than 10000 errors")));
}

}  // namespace
}  // namespace stockade::robust
