// Formats whose whole text is compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "report/json.h"
#include "report/made_up_report.h"
#include "report/markdown.h"
#include "report/markup.h"
#include "report/pages.h"

namespace stockade::report {
namespace {

using testing::HasSubstr;

RenderOptions options() { return {.now = "2026-11-24T15:00:00Z"}; }

TEST(Formats, AreAllNamed) {
  for (const char* name :
       {"terminal", "json", "jsonl", "sarif", "html", "markdown", "prometheus", "junit"}) {
    ASSERT_NE(find_format(name), nullptr) << name;
    EXPECT_FALSE(find_format(name)->title.empty());
  }
  EXPECT_EQ(find_format("xml"), nullptr);
}

TEST(Formats, LookAsTheyDid) {
  const MadeUp made = made_up_report();
  for (const char* name : {"json", "jsonl", "markdown", "junit", "prometheus"}) {
    expect_golden(name, find_format(name)->render(made.snapshot, made.report, options()));
  }
}

TEST(Formats, TellNothingFoundAndUncheckedApart) {
  const MadeUp made = made_up_clean_report();
  for (const char* name : {"markdown", "junit", "prometheus"}) {
    expect_golden(std::string(name) + "-clean",
                  find_format(name)->render(made.snapshot, made.report, options()));
  }
}

TEST(Formats, JsonHoldsWhatItPromises) {
  const MadeUp made = made_up_report();
  const Json json = Json::parse(render_json(made.snapshot, made.report, options()));
  EXPECT_EQ(json["schema"], "stockade/audit/1");
  for (const char* key : {"rule", "severity", "certainty", "file", "line", "column", "message",
                          "why", "evidence", "fix", "fingerprint"}) {
    for (const Json& finding : json["findings"]) EXPECT_TRUE(finding.contains(key)) << key;
  }
  EXPECT_EQ(json["not_checked"].size(), 2u);
  EXPECT_EQ(json["summary"]["critical"], 1);
  const auto baseline = read_baseline(json.dump(), "report.json");
  ASSERT_TRUE(baseline) << baseline.error().message();
  EXPECT_EQ(baseline->findings.size(), made.report.findings.size() - 1);  // one is accepted
}

TEST(Formats, JsonlIsOneValueALine) {
  const MadeUp made = made_up_report();
  const std::string text = render_jsonl(made.snapshot, made.report, options());
  size_t lines = 0;
  for (const std::string_view line : split(trim(text), '\n')) {
    EXPECT_FALSE(Json::parse(line, nullptr, false).is_discarded()) << line;
    ++lines;
  }
  EXPECT_EQ(lines, 2 + made.report.findings.size() + made.report.not_checked.size());
}

TEST(Formats, MarkdownAndMarkupEscape) {
  EXPECT_EQ(markdown_text("a|b <i> *x* `y`\n# z"), "a\\|b \\<i\\> \\*x\\* \\`y\\`\\\\x0a\\# z");
  EXPECT_EQ(markdown_code("a`b"), "`` a`b ``");
  EXPECT_EQ(markup_text("<a href=\"x\">'&\x1b\xff"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\\x1b\\xff");
}

// --- pages ---------------------------------------------------------------------------------------

TEST(Pages, ExplainARule) {
  const rules::Rule& rule = *rules::find_rule("server-tokens-verbose");
  expect_golden("explain-80", render_rule_page(rule, TextFormat::terminal, {}));
  const Json json = Json::parse(render_rule_page(rule, TextFormat::json, {}));
  EXPECT_EQ(json["schema"], "stockade/rule/1");
  EXPECT_EQ(json["family"], "disclosure");
  EXPECT_THAT(render_rule_page(rule, TextFormat::markdown, {}), HasSubstr("```apache bad"));
}

TEST(Pages, ListRules) {
  const auto rules = rules::all_rules();
  const std::string text = render_rules(rules, TextFormat::terminal, {});
  for (const rules::Rule& rule : rules) EXPECT_THAT(text, HasSubstr(rule.id));
  EXPECT_EQ(Json::parse(render_rules(rules, TextFormat::json, {}))["rules"].size(), rules.size());
  EXPECT_THAT(render_rules(rules, TextFormat::markdown, {}), HasSubstr("| `trace-enabled` |"));
}

TEST(Pages, CoverageShowsEveryId) {
  MadeUp made = made_up_report();
  made.report.findings[3].rule = "server-tokens-verbose";
  for (const auto benchmark : {audit::Benchmark::cis, audit::Benchmark::stig}) {
    const audit::Coverage coverage = audit::coverage(made.report, benchmark);
    const std::string text =
        render_coverage(made.snapshot, coverage, TextFormat::terminal, {.width = 80});
    const std::string markdown = render_coverage(made.snapshot, coverage, TextFormat::markdown, {});
    for (const auto& control : audit::controls(benchmark)) {
      EXPECT_THAT(text, HasSubstr(control.id));
      EXPECT_THAT(markdown, HasSubstr(control.id));
    }
    const Json json = Json::parse(render_coverage(made.snapshot, coverage, TextFormat::json, {}));
    EXPECT_EQ(json["controls"].size(), audit::controls(benchmark).size());
    size_t total = 0;
    for (const Json& number : json["summary"]) total += number.get<size_t>();
    EXPECT_EQ(total, audit::controls(benchmark).size());
  }
}

}  // namespace
}  // namespace stockade::report
