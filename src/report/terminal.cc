// What `stockade audit` shows first: the verdict and what was not checked, the worst finding in
// full, one line for each of the others, and what to do next. 80 x 24 unless there is more that
// must not be left out.
#include <fmt/format.h>

#include <algorithm>

#include "report/excerpt.h"
#include "report/fix_diff.h"
#include "report/groups.h"
#include "report/pen.h"
#include "report/report.h"

namespace stockade::report {

namespace {

constexpr size_t kScreenLines = 24;
constexpr size_t kLabelRoom = 9;    // indentation and label
constexpr size_t kShownDiff = 4;    // lines of a fix on the first screen
constexpr size_t kShownPlaces = 3;  // further places of the worst finding
constexpr size_t kFewestLetters = 24;

std::string_view upper(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "CRITICAL";
    case Severity::high:
      return "HIGH";
    case Severity::medium:
      return "MEDIUM";
    case Severity::low:
      return "LOW";
  }
  return "";
}

// `left` and `right` in one line, `right` at the edge; below each other where they do not fit.
void spread(Pen& pen, const std::string& left, size_t left_width, const std::string& right) {
  const size_t right_width = display_width(right);
  if (left_width + 2 + right_width <= pen.width()) {
    pen.line(left + std::string(pen.width() - left_width - right_width, ' ') +
             pen.dye(Ink::faint, right));
  } else {
    pen.line(left);
    if (!right.empty()) pen.line("  " + pen.dye(Ink::faint, pen.fit(right, pen.width() - 2)));
  }
}

// Bytes of blanks that all lines of a change begin with.
size_t common_indent(const FileDiff& diff) {
  size_t indent = SIZE_MAX;
  for (const DiffLine& line : diff.lines) {
    const size_t own = line.text.find_first_not_of(" \t");
    if (own != std::string::npos) indent = std::min(indent, own);
  }
  return indent == SIZE_MAX ? 0 : indent;
}

class Screen {
 public:
  Screen(const Snapshot& snapshot, const audit::Report& report, const RenderOptions& options)
      : snapshot_(snapshot),
        report_(report),
        options_(options),
        pen_(options),
        texts_(snapshot),
        groups_(group_open(report)),
        counts_(count(report)) {}

  std::string draw() {
    draw_target();
    pen_.line();
    draw_verdict();
    draw_not_checked_in_short();
    if (!groups_.empty()) {
      pen_.line();
      options_.show_all ? draw_all() : draw_first_screen();
    }
    if (options_.show_all) draw_appendix();
    draw_next_commands();
    return pen_.take();
  }

 private:
  void draw_target() {
    const std::string name = pen_.safe(target_name(snapshot_));
    const size_t hosts =
        snapshot_.servers.all.empty() ? 0 : snapshot_.servers.virtual_hosts().size();
    const std::string size =
        fmt::format("{}, {}  {:.1f} s", counted(snapshot_.config.files.size(), "file", "files"),
                    counted(hosts, "vhost", "vhosts"), report_.seconds);
    const size_t room = pen_.width() - std::min(pen_.width() / 2, display_width(size) + 2);
    const std::string shown = pen_.fit(name, room);
    spread(pen_, pen_.dye(Ink::strong, shown), display_width(shown), size);
  }

  void draw_verdict() {
    std::string text, plain;
    for (const Severity severity : {Severity::critical, Severity::high, Severity::medium}) {
      const std::string part = fmt::format("{} {}", counts_.of(severity), to_string(severity));
      plain += "  " + part;
      text += "  " + (counts_.of(severity) > 0 ? pen_.dye(ink_of(severity), part) : part);
    }
    if (counts_.all() == 0) {
      plain =
          fmt::format("  Nothing found by {}", counted(report_.rules_run.size(), "rule", "rules"));
      if (!report_.not_checked.empty()) plain += ", but not everything was checked";
      text = pen_.dye(Ink::strong, plain);
    }
    const std::string hidden = hidden_counts();
    spread(pen_, text + hidden, display_width(plain) + display_width(hidden), since_text());
  }

  // "  (11 low, 4 accepted: --all)": what the first screen leaves to --all.
  std::string hidden_counts() const {
    std::string text;
    if (counts_.of(Severity::low) > 0) text = fmt::format("{} low", counts_.of(Severity::low));
    if (counts_.suppressed > 0) {
      text += fmt::format("{}{} accepted", text.empty() ? "" : ", ", counts_.suppressed);
    }
    if (text.empty()) return "";
    return fmt::format("  ({}{})", text, options_.show_all ? "" : ": --all");
  }

  std::string since_text() const {
    if (!report_.since) return "";
    std::string text = fmt::format(
        "since {}: {} new, {} fixed",
        report_.since->since.empty() ? "the baseline" : report_.since->since.substr(0, 10),
        report_.since->added.size(), report_.since->fixed.size());
    const size_t lost = report_.since->no_longer_checked.size();
    return lost == 0 ? text : text + fmt::format(", {} not checked now", lost);
  }

  void draw_not_checked_in_short() {
    const auto& gaps = report_.not_checked;
    if (gaps.empty()) return;
    std::string text =
        gaps.size() == 1 ? "Not checked: " : fmt::format("Not checked ({}): ", gaps.size());
    text += pen_.safe(gap_text(gaps.front()));
    if (gaps.size() > 1 && !options_.show_all) {
      const std::string more = fmt::format("; {} more: --all", gaps.size() - 1);
      text = pen_.fit(text, 2 * (pen_.width() - 2) - display_width(more) - 8) + more;
    }
    size_t drawn = 0;
    for (const std::string& part : wrap(text, pen_.width() - 2)) {
      if (++drawn <= 2) pen_.line("  " + pen_.dye(Ink::medium, part));
    }
  }

  // --- findings ----------------------------------------------------------------------------------

  void draw_first_screen() {
    draw_in_full(groups_.front(), false);
    if (groups_.size() == 1) return;
    pen_.line();
    const size_t room = kScreenLines - std::min(kScreenLines, pen_.lines() + 4);
    size_t shown = 0, hidden = 0;
    for (size_t i = 1; i < groups_.size(); ++i) {
      const Severity severity = groups_[i].first().severity;
      // The worst ones are never left out; the others as far as the screen reaches.
      const bool must = severity >= Severity::high;
      const bool fits = severity == Severity::medium && shown < room;
      if (must || fits) {
        draw_in_one_line(groups_[i]);
        ++shown;
      } else if (severity == Severity::medium) {
        hidden += groups_[i].findings.size();
      }
    }
    if (hidden > 0) pen_.line(pen_.dye(Ink::faint, fmt::format("{} more medium: --all", hidden)));
  }

  void draw_all() {
    for (size_t i = 0; i < groups_.size(); ++i) {
      if (i > 0) pen_.line();
      draw_in_full(groups_[i], true);
    }
  }

  void draw_in_full(const Group& group, bool whole) {
    const Finding& finding = group.first();
    draw_heading(group);
    draw_source(finding);
    const size_t most = whole ? SIZE_MAX : 2;
    pen_.labelled("what", pen_.safe(finding.message), most);
    if (!finding.why.empty()) pen_.labelled("why", pen_.safe(finding.why), most);
    draw_evidence(finding, whole ? SIZE_MAX : 2);
    if (!finding.example.empty()) pen_.labelled("try", pen_.safe(finding.example), most);
    draw_fix(finding, whole);
    draw_further_places(group, whole ? SIZE_MAX : kShownPlaces);
    if (whole) draw_references(finding);
  }

  void draw_heading(const Group& group) {
    const Finding& finding = group.first();
    std::string plain = fmt::format("{}  {}", upper(finding.severity), pen_.safe(finding.rule));
    std::string text = pen_.dye(ink_of(finding.severity), upper(finding.severity)) + "  " +
                       pen_.dye(Ink::strong, pen_.safe(finding.rule));
    std::string size = size_label(group);
    if (group.any_new) size += size.empty() ? "new" : ", new";
    if (!size.empty()) {
      plain += "  " + size;
      text += "  " + size;
    }
    const std::string fix =
        finding.fix ? fmt::format("fix: {}", risk_text(finding.fix->risk)) : std::string();
    spread(pen_, text, display_width(plain), fix);
  }

  void draw_source(const Finding& finding) {
    std::string place = pen_.safe(short_place(snapshot_, finding.place));
    if (!finding.server.empty() && finding.place.line == 0) {
      place += "  " + pen_.safe(finding.server);
    }
    if (finding.excerpt.empty()) {
      pen_.line("  " + pen_.fit(place, pen_.width() - 2));
      return;
    }
    // Beside each other where the source line gets room enough, else below.
    const size_t beside = display_width(place) + 4;
    const bool fits = beside + 30 <= pen_.width();
    const size_t left = fits ? beside : 6;
    const Excerpt excerpt =
        excerpt_of(finding.excerpt, finding.place, pen_.width() - left, options_.unicode);
    if (fits) {
      pen_.line("  " + place + "  " + excerpt.text);
    } else {
      pen_.line("  " + pen_.fit(place, pen_.width() - 2));
      pen_.line(std::string(left, ' ') + excerpt.text);
    }
    const std::string mark = mark_line(excerpt);
    if (!mark.empty()) {
      pen_.line(std::string(left, ' ') + pen_.dye(ink_of(finding.severity), mark));
    }
  }

  void draw_evidence(const Finding& finding, size_t most) {
    size_t drawn = 0;
    for (const Evidence& evidence : finding.evidence) {
      if (drawn == most) {
        pen_.labelled("", fmt::format("{} more: --all", finding.evidence.size() - drawn), 1);
        return;
      }
      std::string text = pen_.safe(evidence.what);
      const bool same =
          evidence.place.file == finding.place.file && evidence.place.line == finding.place.line;
      if (!evidence.place.file.empty() && !same) {
        text = pen_.safe(short_place(snapshot_, evidence.place)) + "  " + text;
      }
      pen_.labelled(drawn == 0 ? "seen" : "", text, most == SIZE_MAX ? most : 1);
      ++drawn;
    }
  }

  void draw_fix(const Finding& finding, bool whole) {
    if (!finding.fix) return;
    const Fix& fix = *finding.fix;
    pen_.labelled("fix", pen_.safe(fix.summary), whole ? SIZE_MAX : 2);
    if (!fix.breaks.empty()) {
      pen_.labelled("", "could break: " + pen_.safe(fix.breaks), whole ? SIZE_MAX : 2);
    }
    const auto diffs = fix_diff(texts_, fix);
    size_t total = 0, drawn = 0;
    for (const FileDiff& diff : diffs) total += diff.lines.size();
    const size_t most = whole || total <= kShownDiff ? SIZE_MAX : kShownDiff - 1;
    for (const FileDiff& diff : diffs) {
      if (drawn >= most) break;
      if (diff.file != finding.place.file || diffs.size() > 1) {
        pen_.labelled("", pen_.safe(short_file(snapshot_, diff.file)) + ":", 1);
      }
      const size_t indent = common_indent(diff);
      for (const DiffLine& line : diff.lines) {
        if (drawn == most) break;
        draw_diff_line(line, indent);
        ++drawn;
      }
    }
    if (drawn < total) pen_.labelled("", fmt::format("{} more lines: --all", total - drawn), 1);
  }

  void draw_diff_line(const DiffLine& line, size_t indent) {
    const std::string text = fmt::format(
        "{} {}", line.sign,
        pen_.safe(std::string_view(line.text).substr(std::min(indent, line.text.size()))));
    pen_.line(std::string(kLabelRoom, ' ') + pen_.dye(line.sign == '+' ? Ink::added : Ink::removed,
                                                      pen_.fit(text, pen_.width() - kLabelRoom)));
  }

  void draw_further_places(const Group& group, size_t most) {
    if (group.findings.size() == 1) return;
    std::string text;
    const size_t others = group.findings.size() - 1;
    const size_t shown = others <= most ? others : most - 1;
    for (size_t i = 1; i <= shown; ++i) {
      const Finding& finding = *group.findings[i];
      text += (i > 1 ? ", " : "") + pen_.safe(short_place(snapshot_, finding.place));
    }
    if (shown < others) text += fmt::format(", and {} more: --all", others - shown);
    pen_.labelled("also", text, most == SIZE_MAX ? most : 2);
  }

  void draw_references(const Finding& finding) {
    std::string text;
    for (const std::string& reference : finding.references) {
      text += (text.empty() ? "" : ", ") + pen_.safe(reference);
    }
    if (!text.empty()) pen_.labelled("see", text, SIZE_MAX);
  }

  size_t widest_rule() const {
    size_t widest = 12;
    for (size_t i = 1; i < groups_.size(); ++i) {
      if (groups_[i].first().severity > Severity::low) {
        widest = std::max(widest, display_width(groups_[i].first().rule));
      }
    }
    return std::min<size_t>(widest, 30);
  }

  void draw_in_one_line(const Group& group) {
    const Finding& finding = group.first();
    const size_t rule_width = widest_rule();
    const std::string head = pad(std::string(upper(finding.severity)), 8);
    const std::string rule = pad(pen_.fit(pen_.safe(finding.rule), rule_width), rule_width);
    std::string rest = pen_.safe(short_place(snapshot_, finding.place));
    const std::string size = size_label(group);
    if (!size.empty()) rest = size + ", " + rest;
    if (group.any_new) rest = "new, " + rest;
    const size_t room = pen_.width() - std::min(pen_.width(), 8 + 2 + rule_width + 2);
    // A few letters of a sentence tell nothing; the rule's name does.
    if (display_width(rest) + 2 + kFewestLetters <= room) rest += "  " + pen_.safe(finding.message);
    pen_.line(pen_.dye(ink_of(finding.severity), head) + "  " + rule + "  " + pen_.fit(rest, room));
  }

  // --- what --all adds ---------------------------------------------------------------------------

  void draw_appendix() {
    draw_accepted();
    draw_since();
    if (report_.not_checked.empty()) return;
    pen_.line();
    pen_.line(pen_.dye(Ink::strong, "NOT CHECKED"));
    for (const NotChecked& gap : report_.not_checked) {
      std::string text = gap_text(gap);
      if (!gap.rule.empty()) text = gap.rule + ": " + text;
      pen_.labelled("-", pen_.safe(text), SIZE_MAX);
    }
  }

  void draw_accepted() {
    if (counts_.suppressed == 0) return;
    pen_.line();
    pen_.line(pen_.dye(Ink::strong, "ACCEPTED"));
    for (const Finding& finding : report_.findings) {
      const Suppression& answer = finding.suppression;
      if (answer.kind == Suppression::Kind::none) continue;
      std::string text = fmt::format("{} {} at {}: {}", to_string(finding.severity), finding.rule,
                                     short_place(snapshot_, finding.place), answer.reason);
      if (!answer.until.empty()) text += " (until " + answer.until + ")";
      pen_.labelled("-", pen_.safe(text), SIZE_MAX);
    }
  }

  void draw_known(std::string_view title, const std::vector<KnownFinding>& findings) {
    if (findings.empty()) return;
    pen_.line();
    pen_.line(pen_.dye(Ink::strong, title));
    for (const KnownFinding& known : findings) {
      pen_.labelled(
          "-",
          pen_.safe(fmt::format("{} {}: {}", to_string(known.severity), known.rule, known.message)),
          SIZE_MAX);
    }
  }

  void draw_since() {
    if (!report_.since) return;
    draw_known("FIXED", report_.since->fixed);
    draw_known("NO LONGER CHECKED", report_.since->no_longer_checked);
  }

  void draw_next_commands() {
    if (groups_.empty() && report_.not_checked.empty()) return;
    pen_.line();
    if (!groups_.empty()) {
      pen_.line(
          fmt::format("Explain:  stockade explain {}", pen_.safe(groups_.front().first().rule)));
    }
    pen_.line(options_.show_all ? "As a page:  --format html"
                                : "Everything:  --all    As a page:  --format html");
  }

  const Snapshot& snapshot_;
  const audit::Report& report_;
  const RenderOptions& options_;
  Pen pen_;
  SourceTexts texts_;
  std::vector<Group> groups_;
  Counts counts_;
};

}  // namespace

std::string render_terminal(const Snapshot& snapshot, const audit::Report& report,
                            const RenderOptions& options) {
  return Screen(snapshot, report, options).draw();
}

}  // namespace stockade::report
