// What every rule is held to: its page is complete, its examples show what it says.
// Two tests a rule, of its page (RulePage) and its examples (RuleExamples): ctest -R
// server_tokens_verbose.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "finding/apply.h"
#include "rules/example.h"
#include "rules/page.h"
#include "rules/reporter.h"
#include "rules/rule.h"
#include "rules/table.h"

namespace stockade::rules {

void PrintTo(const TableEntry& entry, std::ostream* out) { *out << entry.file; }

namespace {

using Kind = PageExample::Kind;

constexpr size_t kLongestTitle = 80;
constexpr size_t kFewestExamples = 2;

// --- pages ---------------------------------------------------------------------------------------

class RulePage : public testing::TestWithParam<TableEntry> {};

// "CIS 8.1", "STIG AS24-U1-000620", "CWE-200", "CVE-2021-41773", "RFC 9110".
bool is_reference(std::string_view text) {
  const size_t end = text.find_first_of(" -");
  if (end == std::string_view::npos) return false;
  const std::string_view kind = text.substr(0, end);
  const std::string_view rest = text.substr(end + 1);
  const auto made_of = [&](std::string_view allowed) {
    return !rest.empty() && rest.find_first_not_of(allowed) == std::string_view::npos;
  };
  if (kind == "CWE" || kind == "CVE") return text[end] == '-' && made_of("0123456789-");
  if (text[end] != ' ') return false;
  if (kind == "CIS") return made_of("0123456789.");
  if (kind == "RFC") return made_of("0123456789");
  return kind == "STIG" && (rest.starts_with("AS24-U1-") || rest.starts_with("AS24-U2-")) &&
         rest.size() == 14;
}

void expect_headings_and_examples(const Rule& rule) {
  const auto page = parse_page(rule.page);
  ASSERT_TRUE(page) << page.error().message();
  std::vector<std::string_view> titles;
  for (const PageSection& section : page->sections) {
    titles.push_back(section.title);
    EXPECT_NE(trim(section.text), "") << section.title;
  }
  EXPECT_EQ(titles, required_headings());
  const auto count = [&](Kind kind) {
    return std::count_if(page->examples.begin(), page->examples.end(),
                         [&](const PageExample& example) { return example.kind == kind; });
  };
  EXPECT_GE(count(Kind::bad), kFewestExamples);
  EXPECT_GE(count(Kind::good), kFewestExamples);
}

void expect_named_as_its_file(const TableEntry& entry) {
  const Rule& rule = *entry.rule;
  EXPECT_EQ(rule.id, replace_all(std::string(entry.file), "_", "-"));
  ASSERT_NE(find_rule(rule.id), nullptr);
  EXPECT_EQ(find_rule(rule.id)->family, entry.family);
  EXPECT_EQ(find_rule(rule.id)->page.data(), rule.page.data()) << "two rules of one id";
}

void expect_usable_metadata(const Rule& rule) {
  EXPECT_NE(rule.check, nullptr);
  EXPECT_FALSE(rule.title.empty());
  EXPECT_LE(rule.title.size(), kLongestTitle);
  EXPECT_FALSE(rule.title.ends_with('.'));
  EXPECT_THAT(rule.profile, testing::AnyOf("default", "cis", "stig"));
  for (std::string_view reference : rule.references) {
    EXPECT_TRUE(is_reference(reference)) << reference;
  }
}

TEST_P(RulePage, Holds) {
  expect_headings_and_examples(*GetParam().rule);
  expect_named_as_its_file(GetParam());
  expect_usable_metadata(*GetParam().rule);
}

std::string page_name(const testing::TestParamInfo<TableEntry>& info) {
  return std::string(info.param.file);
}
INSTANTIATE_TEST_SUITE_P(Rules, RulePage,
                         testing::ValuesIn(generated_table().begin(), generated_table().end()),
                         page_name);

// --- examples ------------------------------------------------------------------------------------

struct ExampleCase {
  TableEntry entry;
  PageExample shown;
  std::optional<PageExample> fixed;  // of a bad one
  std::optional<PageExample> bad;    // of a fixed one
};

std::vector<ExampleCase> examples_of(const TableEntry& entry) {
  std::vector<ExampleCase> cases;
  const auto page = parse_page(entry.rule->page);
  if (!page) return cases;  // RulePage says why
  std::optional<PageExample> bad;
  for (const PageExample& example : page->examples) {
    if (example.kind == Kind::bad) bad = example;
    cases.push_back({entry, example, std::nullopt, std::nullopt});
    if (example.kind == Kind::fixed) cases.back().bad = bad;
    const PageExample* fixed = example.kind == Kind::bad ? page->fixed(example) : nullptr;
    if (fixed != nullptr) cases.back().fixed = *fixed;
  }
  return cases;
}

// What a rule says of an example.
struct Verdict {
  std::vector<Finding> findings;
  std::vector<NotChecked> not_checked;
};

Verdict check(const Rule& rule, const Example& example) {
  const Snapshot snapshot = example_snapshot(example);
  Reporter reporter(snapshot, rule);
  rule.check(snapshot, reporter);
  return {{reporter.findings().begin(), reporter.findings().end()}, reporter.gaps()};
}

// The line of the example that a place or marker is at.
std::string_view line_at(const Example& example, const std::string& file, uint32_t line) {
  const auto other = example.machine.files.find(file);
  const bool is_main = other == example.machine.files.end();
  const auto lines = split(is_main ? example.text : other->second.content, '\n');
  return line == 0 || line > lines.size() ? std::string_view() : lines[line - 1];
}

// Findings and markers in one form: "file:line:column"; the start of a line is its column "name".
std::string spot(const Example& example, const std::string& file, uint32_t line, uint32_t column) {
  if (line == 0) return file;
  const size_t start = line_at(example, file, line).find_first_not_of(" \t") + 1;
  if (column == 0 || column == start) return fmt::format("{}:{}:name", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

std::vector<std::string> expected_spots(const Example& example) {
  std::vector<std::string> spots;
  for (const Marker& marker : example.markers) {
    spots.push_back(spot(example, marker.file, marker.line, marker.column));
  }
  return spots;
}

std::vector<std::string> found_spots(const Example& example, const Verdict& verdict) {
  std::vector<std::string> spots;
  for (const Finding& finding : verdict.findings) {
    const Place& place = finding.place;
    spots.push_back(spot(example, place.file, place.line, place.column));
  }
  return spots;
}

std::vector<Edit> edits_of(const Verdict& verdict) {
  std::vector<Edit> edits;
  for (const Finding& finding : verdict.findings) {
    if (!finding.fix) continue;
    edits.insert(edits.end(), finding.fix->edits.begin(), finding.fix->edits.end());
  }
  return edits;
}

Texts texts_of(const Example& example) {
  Texts texts = {{std::string(kExampleConfigFile), example.text}};
  for (const auto& [path, file] : example.machine.files) {
    if (file.has_content) texts[path] = file.content;
  }
  return texts;
}

class ExampleTrial {
 public:
  explicit ExampleTrial(const ExampleCase& tried) : tried_(tried) {}

  void run() {
    read();
    if (testing::Test::HasFatalFailure()) return;
    expect_read_as_httpd_would();
    expect_findings_at_markers();
    expect_a_decision();
    expect_mended_by_its_fix();
  }

 private:
  const Rule& rule() const { return *tried_.entry.rule; }
  bool is_bad() const { return tried_.shown.kind == Kind::bad; }

  void read() {
    if (tried_.bad) {
      auto bad = parse_example(tried_.bad->text);
      ASSERT_TRUE(bad) << bad.error().message();
      base_ = *std::move(bad);
    }
    auto example = parse_example(tried_.shown.text, base_ ? &*base_ : nullptr);
    ASSERT_TRUE(example) << example.error().message();
    example_ = *std::move(example);
    verdict_ = check(rule(), example_);
  }

  void expect_findings_at_markers();
  void expect_a_decision();
  void expect_read_as_httpd_would();
  void expect_mended_by_its_fix();

  const ExampleCase& tried_;
  std::optional<Example> base_;
  Example example_;
  Verdict verdict_;
};

void ExampleTrial::expect_findings_at_markers() {
  if (is_bad()) {
    EXPECT_FALSE(example_.markers.empty()) << "a bad example marks what is bad";
  } else {
    EXPECT_TRUE(example_.markers.empty()) << "only a bad example has markers";
  }
  EXPECT_THAT(found_spots(example_, verdict_),
              testing::UnorderedElementsAreArray(expected_spots(example_)));
  for (const Finding& finding : verdict_.findings) {
    EXPECT_EQ(finding.rule, rule().id);
    EXPECT_NE(finding.message, "");
    EXPECT_FALSE(finding.message.ends_with('.')) << finding.message;
    EXPECT_NE(finding.why, "");
  }
}

void ExampleTrial::expect_a_decision() {
  for (const NotChecked& gap : verdict_.not_checked) {
    EXPECT_TRUE(example_.not_checked) << "not checked: " << gap.what << ": " << gap.reason;
    EXPECT_NE(gap.reason, "");
  }
  if (example_.not_checked) {
    EXPECT_FALSE(verdict_.not_checked.empty()) << "the example says that this cannot be decided";
  }
}

void ExampleTrial::expect_read_as_httpd_would() {
  const Snapshot snapshot = example_snapshot(example_);
  const conf::Problem* problem = snapshot.config.verdict();
  EXPECT_EQ(problem != nullptr, example_.refused)
      << (problem == nullptr ? "accepted"
                             : fmt::format("line {}: {}", problem->line, problem->message));
}

void ExampleTrial::expect_mended_by_its_fix() {
  if (!is_bad()) return;
  const std::vector<Edit> edits = edits_of(verdict_);
  ASSERT_EQ(!edits.empty(), tried_.fixed.has_value())
      << "a fix with edits is shown in a fixed example, and only that";
  if (edits.empty()) return;
  auto fixed = parse_example(tried_.fixed->text, &example_);
  ASSERT_TRUE(fixed) << fixed.error().message();
  const auto result = apply_edits(texts_of(example_), edits);
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(*result, texts_of(*fixed));
}

class RuleExamples : public testing::TestWithParam<TableEntry> {};

TEST_P(RuleExamples, Hold) {
  for (const ExampleCase& example : examples_of(GetParam())) {
    SCOPED_TRACE(example.shown.label());
    ExampleTrial(example).run();
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleExamples,
                         testing::ValuesIn(generated_table().begin(), generated_table().end()),
                         page_name);

}  // namespace
}  // namespace stockade::rules
