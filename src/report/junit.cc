// JUnit XML, which every CI system shows: an open finding is a failed case, a rule that found
// nothing a passed one, an accepted finding and what was not checked are skipped ones.
#include <fmt/format.h>

#include <set>

#include "audit/own_rules.h"
#include "report/groups.h"
#include "report/markup.h"
#include "report/report.h"

namespace stockade::report {

namespace {

class JunitReport {
 public:
  JunitReport(const Snapshot& snapshot, const audit::Report& report, const RenderOptions& options)
      : snapshot_(snapshot), report_(report), options_(options) {}

  std::string write() {
    for (const Finding& finding : report_.findings) add_finding(finding);
    for (const NotChecked& gap : report_.not_checked) add_gap(gap);
    for (const std::string& rule : report_.rules_run) add_clean(rule);
    const std::string counts = fmt::format(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", tests_, failures_, skipped_);
    std::string suite =
        fmt::format("name=\"stockade audit\" {} time=\"{:.3f}\"", counts, report_.seconds);
    if (!snapshot_.hostname.empty()) {
      suite += fmt::format(" hostname=\"{}\"", markup_text(snapshot_.hostname));
    }
    // JUnit's own schema wants the time of day without a zone.
    if (options_.now.size() >= 19) {
      suite += fmt::format(" timestamp=\"{}\"", markup_text(options_.now.substr(0, 19)));
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stockade\" {0}>\n"
        "  <testsuite {1}>\n{2}  </testsuite>\n</testsuites>\n",
        counts, suite, cases_);
  }

 private:
  void open_case(std::string_view family, std::string_view name, const Place* place) {
    cases_ += fmt::format("    <testcase classname=\"stockade.{}\" name=\"{}\"",
                          markup_text(family), markup_text(name));
    if (place != nullptr) {
      cases_ += fmt::format(" file=\"{}\"", markup_text(shown_file(snapshot_, place->file)));
      if (place->line != 0) cases_ += fmt::format(" line=\"{}\"", place->line);
    }
    ++tests_;
  }

  void add_skipped(std::string_view message) {
    cases_ +=
        fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", markup_text(message));
    ++skipped_;
  }

  void add_finding(const Finding& finding) {
    reported_.insert(finding.rule);
    const std::string name =
        fmt::format("{} {}", finding.rule, short_place(snapshot_, finding.place));
    open_case(finding.family, name, &finding.place);
    if (finding.suppression.kind != Suppression::Kind::none) {
      return add_skipped("accepted: " + finding.suppression.reason);
    }
    cases_ += fmt::format(
        ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    "
        "</testcase>\n",
        to_string(finding.severity), markup_text(finding.message), details(finding));
    ++failures_;
  }

  static void add_detail(std::string& text, std::string_view label, std::string_view value) {
    if (!value.empty()) text += fmt::format("{}: {}\n", label, markup_text(value));
  }

  std::string details(const Finding& finding) const {
    std::string text = "\n";
    add_detail(text, "source", finding.excerpt);
    add_detail(text, "why", finding.why);
    for (const Evidence& evidence : finding.evidence) {
      const std::string place =
          evidence.place.file.empty() ? "" : short_place(snapshot_, evidence.place) + " ";
      add_detail(text, "seen", place + evidence.what);
    }
    add_detail(text, "try", finding.example);
    if (finding.fix) {
      add_detail(text, "fix",
                 fmt::format("{} ({})", finding.fix->summary, risk_text(finding.fix->risk)));
    }
    return text;
  }

  void add_gap(const NotChecked& gap) {
    if (!gap.rule.empty()) reported_.insert(gap.rule);
    open_case("not_checked", gap.rule.empty() ? gap.what : gap.rule + " " + gap.what, nullptr);
    add_skipped("not checked: " + gap_text(gap));
  }

  void add_clean(const std::string& rule) {
    if (reported_.contains(rule)) return;
    const rules::Rule* known = audit::find_any_rule(rule);
    open_case(known == nullptr ? "" : known->family, rule, nullptr);
    cases_ += "/>\n";
  }

  const Snapshot& snapshot_;
  const audit::Report& report_;
  const RenderOptions& options_;
  std::string cases_;
  std::set<std::string_view> reported_;
  size_t tests_ = 0, failures_ = 0, skipped_ = 0;
};

}  // namespace

std::string render_junit(const Snapshot& snapshot, const audit::Report& report,
                         const RenderOptions& options) {
  return JunitReport(snapshot, report, options).write();
}

}  // namespace stockade::report
