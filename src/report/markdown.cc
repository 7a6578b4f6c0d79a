// A report for an issue, a merge request or a wiki.
#include "report/markdown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/fix_diff.h"
#include "report/groups.h"
#include "report/plain_text.h"
#include "report/report.h"

namespace stockade::report {

namespace {

class MarkdownReport {
 public:
  MarkdownReport(const Snapshot& snapshot, const audit::Report& report)
      : snapshot_(snapshot), report_(report), texts_(snapshot), counts_(count(report)) {}

  std::string write() {
    write_verdict();
    for (const Group& group : group_open(report_)) write_group(group);
    write_not_checked();
    write_accepted();
    out_ +=
        fmt::format("\n---\n{} checked: {}.\n", counted(report_.rules_run.size(), "rule", "rules"),
                    join(report_.rules_run, ", "));
    return std::move(out_);
  }

 private:
  void write_verdict() {
    out_ += fmt::format("# {}\n\n", markdown_text(target_name(snapshot_)));
    if (counts_.all() == 0) {
      out_ += fmt::format("**Nothing found** by {}",
                          counted(report_.rules_run.size(), "rule", "rules"));
    } else {
      out_ += fmt::format("**{} critical, {} high, {} medium, {} low**",
                          counts_.of(Severity::critical), counts_.of(Severity::high),
                          counts_.of(Severity::medium), counts_.of(Severity::low));
    }
    out_ += fmt::format("; {} accepted, {} not checked.\n", counts_.suppressed,
                        report_.not_checked.size());
    if (!report_.since) return;
    out_ += fmt::format("\nSince {}: {} new, {} fixed, {} no longer checked.\n",
                        report_.since->since.empty() ? "the baseline" : report_.since->since,
                        report_.since->added.size(), report_.since->fixed.size(),
                        report_.since->no_longer_checked.size());
  }

  void write_group(const Group& group) {
    const Finding& finding = group.first();
    const std::string size = size_label(group);
    out_ += fmt::format("\n## {}: {}{}\n\n", to_string(finding.severity),
                        markdown_text(finding.rule), size.empty() ? "" : " (" + size + ")");
    if (!finding.why.empty()) out_ += markdown_text(finding.why) + "\n\n";
    for (const Finding* each : group.findings) write_finding(*each);
    if (!finding.references.empty()) {
      out_ += "\nReferences: " + markdown_text(join(finding.references, ", ")) + "\n";
    }
  }

  void write_finding(const Finding& finding) {
    const bool is_new = report_.since && report_.since->is_new(finding);
    out_ += fmt::format("- {}{}: {}\n", is_new ? "**new** " : "",
                        markdown_code(place_text(finding.place)), markdown_text(finding.message));
    if (!finding.excerpt.empty()) {
      out_ += fmt::format("  - source: {}\n", markdown_code(trim(finding.excerpt)));
    }
    for (const Evidence& evidence : finding.evidence) {
      const std::string place =
          evidence.place.file.empty() ? "" : markdown_code(place_text(evidence.place)) + " ";
      out_ += fmt::format("  - seen: {}{}\n", place, markdown_text(evidence.what));
    }
    if (!finding.example.empty())
      out_ += fmt::format("  - try: {}\n", markdown_code(finding.example));
    if (finding.fix) write_fix(*finding.fix);
  }

  void write_fix(const Fix& fix) {
    out_ += fmt::format("  - fix ({}): {}", risk_text(fix.risk), markdown_text(fix.summary));
    if (!fix.breaks.empty()) out_ += "; could break: " + markdown_text(fix.breaks);
    out_ += "\n";
    std::string body;
    for (const FileDiff& diff : fix_diff(texts_, fix)) {
      body += fmt::format("    # {}\n", neutral(shown_file(snapshot_, diff.file), true));
      for (const DiffLine& line : diff.lines) {
        body += fmt::format("    {}{}\n", line.sign, neutral(line.text, true));
      }
    }
    if (body.empty()) return;
    // A fence longer than any run of backticks in the text cannot be closed by it.
    std::string fence = "```";
    while (body.find(fence) != std::string::npos) fence.push_back('`');
    out_ += fmt::format("\n    {}diff\n{}    {}\n\n", fence, body, fence);
  }

  void write_not_checked() {
    if (report_.not_checked.empty()) return;
    out_ += "\n## Not checked\n\n";
    for (const NotChecked& gap : report_.not_checked) {
      out_ += "- ";
      if (!gap.rule.empty()) out_ += markdown_code(gap.rule) + ": ";
      out_ += markdown_text(gap_text(gap)) + "\n";
    }
  }

  void write_accepted() {
    if (counts_.suppressed == 0) return;
    out_ += "\n## Accepted\n\n";
    for (const Finding& finding : report_.findings) {
      const Suppression& answer = finding.suppression;
      if (answer.kind == Suppression::Kind::none) continue;
      out_ += fmt::format(
          "- {} {} at {}: {}{}\n", to_string(finding.severity), markdown_text(finding.rule),
          markdown_code(place_text(finding.place)), markdown_text(answer.reason),
          answer.until.empty() ? "" : " (until " + markdown_text(answer.until) + ")");
    }
  }

  std::string place_text(const Place& place) const {
    const std::string file = shown_file(snapshot_, place.file);
    return place.line == 0 ? file : fmt::format("{}:{}", file, place.line);
  }

  const Snapshot& snapshot_;
  const audit::Report& report_;
  SourceTexts texts_;
  Counts counts_;
  std::string out_;
};

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : neutral(text, true)) {
    if (std::string_view("\\`*_{}[]<>#|~!&@").find(c) != std::string_view::npos)
      out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  const std::string shown = replace_all(neutral(text, true), "|", "\\|");
  std::string ticks = "`";
  while (shown.find(ticks) != std::string::npos) ticks.push_back('`');
  return ticks.size() == 1 ? ticks + shown + ticks : ticks + " " + shown + " " + ticks;
}

std::string render_markdown(const Snapshot& snapshot, const audit::Report& report,
                            const RenderOptions&) {
  return MarkdownReport(snapshot, report).write();
}

}  // namespace stockade::report
