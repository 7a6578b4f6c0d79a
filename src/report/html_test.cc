#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "report/made_up_report.h"

namespace stockade::report {
namespace {

using testing::HasSubstr;
using testing::Not;

// To look at the pages: TEST_HTML_OUT=/tmp/pages tests_report --gtest_filter=Html.*
std::string html_of(const MadeUp& made) {
  std::string text = render_html(made.snapshot, made.report, {.now = "2026-11-24T15:00:00Z"});
  if (const char* folder = std::getenv("TEST_HTML_OUT")) {
    const auto name = std::to_string(made.report.findings.size());
    std::ofstream(std::string(folder) + "/" + name + ".html") << text;
  }
  return text;
}

// Whether every tag is closed in its turn.
std::string first_unbalanced(std::string_view html) {
  std::vector<std::string> open;
  for (size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const size_t end = html.find('>', at);
    if (end == std::string_view::npos) return "an open tag at the end";
    std::string_view tag = html.substr(at + 1, end - at - 1);
    const bool closes = tag.starts_with('/');
    if (closes) tag.remove_prefix(1);
    const std::string name(tag.substr(0, tag.find_first_of(" \n")));
    if (name.starts_with('!') || name == "meta" || name == "input" || name == "br") continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + ">";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + ">";
}

TEST(Html, IsOneBalancedPageWithoutScriptAndWithoutTheNetwork) {
  for (const MadeUp& made : {made_up_report(), made_up_clean_report()}) {
    const std::string html = html_of(made);
    EXPECT_EQ(first_unbalanced(html), "");
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("src=")));
    EXPECT_THAT(html, Not(HasSubstr("url(")));
    EXPECT_THAT(html, Not(HasSubstr("<link")));
    EXPECT_THAT(html, HasSubstr("<!doctype html>"));
  }
}

TEST(Html, EscapesWhatTheMachineSays) {
  const std::string html = html_of(made_up_report());
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
  EXPECT_THAT(html, HasSubstr("slow uplinks in the field &lt;b&gt;"));
  EXPECT_THAT(html, HasSubstr("below /srv/&lt;shop&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
}

TEST(Html, ShowsFindingsGapsRemarksAndRules) {
  const std::string html = html_of(made_up_report());
  for (const char* text :
       {"DocumentRoot <mark>&quot;/srv/shop&quot;</mark>", "etc/apache2/sites-enabled/shop.conf:3",
        "+ \tRedirectMatch 404", "CIS 5.2, CWE-548", "id=\"not-checked\"", "run with sudo",
        "Accepted", "Fixed since 2026-11-23", "nothing found", "class=\"new\"",
        "curl http://shop.example.org/.git/HEAD"}) {
    EXPECT_THAT(html, HasSubstr(replace_all(text, "\t", " "))) << text;
  }
}

TEST(Html, StaysSmall) {
  const std::string html = html_of(made_up_large_report(500));
  EXPECT_LE(html.size(), 500'000u);
  EXPECT_GE(html.size(), 100'000u);  // nothing was left out
}

}  // namespace
}  // namespace stockade::report
