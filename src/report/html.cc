// One page that opens anywhere: no script, nothing fetched, everything from the machine escaped.
#include <fmt/format.h>

#include <map>
#include <set>

#include "audit/own_rules.h"
#include "base/text.h"
#include "report/fix_diff.h"
#include "report/groups.h"
#include "report/html_style.h"
#include "report/markup.h"
#include "report/report.h"
#include "rules/page.h"

namespace stockade::report {

namespace {

constexpr Severity kWorstFirst[] = {Severity::critical, Severity::high, Severity::medium,
                                    Severity::low};

// Our own Markdown prose, of which only `code` is used inside a paragraph.
std::string prose(std::string_view text) {
  std::string out;
  bool code = false;
  for (const std::string_view part : split(text, '`')) {
    out += code ? "<code>" + markup_text(part) + "</code>" : markup_text(part);
    code = !code;
  }
  return out;
}

// The first paragraph of a page's section.
std::string first_paragraph(const rules::Rule& rule, std::string_view title) {
  const auto page = rules::parse_page(rule.page);
  const rules::PageSection* section = page ? page->section(title) : nullptr;
  if (section == nullptr) return "";
  std::string text;
  for (const std::string_view line : split(trim(section->text), '\n')) {
    if (trim(line).empty() || line.starts_with("```")) break;
    text.append(text.empty() ? "" : " ").append(trim(line));
  }
  return text;
}

class HtmlReport {
 public:
  HtmlReport(const Snapshot& snapshot, const audit::Report& report, const RenderOptions& options)
      : snapshot_(snapshot),
        report_(report),
        options_(options),
        texts_(snapshot),
        groups_(group_open(report)),
        counts_(count(report)) {}

  std::string write() {
    std::string host = snapshot_.hostname;
    if (host.empty()) host = snapshot_.root.empty() ? "Apache" : snapshot_.root;
    add("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<title>");
    add(fmt::format("{}: {} findings</title>\n<style>{}</style></head><body>\n", markup_text(host),
                    counts_.all(), kHtmlStyle));
    write_filters();
    write_header(host);
    add("<main>\n");
    write_findings();
    write_not_checked();
    write_since();
    write_accepted();
    write_rules();
    add("</main>\n");
    write_footer();
    add("</body></html>\n");
    return std::move(out_);
  }

 private:
  void add(std::string_view text) { out_.append(text); }

  // --- the head ----------------------------------------------------------------------------------

  // They stand before everything they steer, as CSS wants it.
  void write_filters() {
    for (const Severity severity : kWorstFirst) {
      add(
          fmt::format("<input type=\"checkbox\" class=\"filter\" id=\"f-{0}\" checked "
                      "aria-label=\"show {0} findings\">\n",
                      to_string(severity)));
    }
  }

  void write_header(const std::string& host) {
    add(fmt::format("<header>\n<h1>{}</h1>\n<p class=\"facts\">{}</p>\n", markup_text(host),
                    markup_text(facts())));
    if (counts_.all() == 0) {
      add(fmt::format("<p class=\"clean\"><b>Nothing found</b> by {}{}.</p>\n",
                      counted(report_.rules_run.size(), "rule", "rules"),
                      report_.not_checked.empty() ? "" : ", but not everything was checked"));
    } else {
      write_chips();
    }
    if (!report_.not_checked.empty()) {
      add(
          fmt::format("<p class=\"gap\"><a href=\"#not-checked\"><b>Not checked: {}</b></a> {}{}"
                      "</p>\n",
                      counted(report_.not_checked.size(), "thing.", "things."),
                      markup_text(gap_text(report_.not_checked.front())),
                      report_.not_checked.size() > 1 ? ", and more" : ""));
    }
    add("</header>\n");
  }

  void write_chips() {
    add("<div class=\"chips\">\n");
    for (const Severity severity : kWorstFirst) {
      add(fmt::format("<label for=\"f-{0}\" class=\"{0}\"><b>{1}</b><span>{0}</span></label>\n",
                      to_string(severity), counts_.of(severity)));
    }
    add("</div>\n<p class=\"soft hint\">Press one to hide or show its findings.</p>\n");
  }

  std::string facts() const {
    std::string text = snapshot_.hostname.empty()
                           ? target_name(snapshot_)
                           : target_name(snapshot_).substr(snapshot_.hostname.size() + 2);
    const size_t hosts =
        snapshot_.servers.all.empty() ? 0 : snapshot_.servers.virtual_hosts().size();
    text += fmt::format(" · {} · {}", counted(snapshot_.config.files.size(), "file", "files"),
                        counted(hosts, "virtual host", "virtual hosts"));
    if (!snapshot_.taken_at.empty()) text += " · " + snapshot_.taken_at;
    if (!snapshot_.taken_by.empty()) text += " as " + snapshot_.taken_by;
    if (!snapshot_.root.empty()) text += " · copy in " + snapshot_.root;
    return text;
  }

  // --- findings ----------------------------------------------------------------------------------

  void write_findings() {
    if (groups_.empty()) return;
    add("<h2>Findings</h2>\n");
    for (const Group& group : groups_) write_group(group);
  }

  void write_group(const Group& group) {
    const Finding& finding = group.first();
    const rules::Rule* rule = audit::find_any_rule(finding.rule);
    const std::string title(rule != nullptr ? rule->title : std::string_view(finding.why));
    const std::string size = size_label(group);
    // A rule may have groups of several severities: links lead to the worst.
    const bool first = linked_.insert(finding.rule).second;
    const std::string id = first ? fmt::format(" id=\"{}\"", markup_text(finding.rule)) : "";
    add(fmt::format(
        "<details class=\"g {0}\"{7}{2}><summary><span class=\"sev\">{0}</span>"
        "<span class=\"title\">{3}{4}</span><span class=\"n\">{5}</span>"
        "<span class=\"id\">{1}{6}</span></summary><div class=\"in\">\n",
        to_string(finding.severity), markup_text(finding.rule),
        finding.severity >= Severity::high ? " open" : "", markup_text(title),
        group.any_new ? " <span class=\"new\">new</span>" : "", size, fix_label(finding), id));
    if (rule != nullptr) add_paragraph(prose(first_paragraph(*rule, "Why it matters")));
    for (const Finding* each : group.findings) write_finding(*each, title);
    write_references(finding);
    add("</div></details>\n");
  }

  static std::string fix_label(const Finding& finding) {
    return finding.fix ? fmt::format(" · fix: {}", risk_text(finding.fix->risk)) : "";
  }

  void add_paragraph(const std::string& html) {
    if (!html.empty()) add("<p>" + html + "</p>\n");
  }

  void write_finding(const Finding& finding, std::string_view title) {
    add(fmt::format("<div class=\"f\"><h3>{}</h3><code class=\"at\">{}</code>",
                    markup_text(finding.message), markup_text(place_text(finding.place))));
    if (!finding.server.empty()) {
      add(fmt::format(" <span class=\"soft\">in {}</span>", markup_text(finding.server)));
    }
    write_excerpt(finding.place, finding.excerpt);
    add("<dl>");
    if (!finding.why.empty() && finding.why != title) add_row("why", markup_text(finding.why));
    write_evidence(finding);
    if (!finding.example.empty()) {
      add_row("try", "<code>" + markup_text(finding.example) + "</code>");
    }
    if (finding.fix) write_fix(*finding.fix);
    add("</dl></div>\n");
  }

  void add_row(std::string_view label, std::string_view html) {
    add(fmt::format("<dt>{}</dt><dd>{}</dd>", label, html));
  }

  void write_excerpt(const Place& place, std::string_view line) {
    if (line.empty()) return;
    const size_t begin = std::min<size_t>(place.column == 0 ? 0 : place.column - 1, line.size());
    const size_t length =
        place.column == 0 ? 0 : std::min<size_t>(place.length, line.size() - begin);
    const std::string_view before = line.substr(0, begin);
    const size_t indent = std::min(before.find_first_not_of(" \t"), before.size());
    add(fmt::format("<pre><i>{}</i>{}", place.line, markup_text(before.substr(indent))));
    if (length > 0) add("<mark>" + markup_text(line.substr(begin, length)) + "</mark>");
    add(markup_text(line.substr(begin + length)) + "</pre>");
  }

  void write_evidence(const Finding& finding) {
    std::string html;
    for (const Evidence& evidence : finding.evidence) {
      if (!html.empty()) html += "<br>";
      const bool same =
          evidence.place.file == finding.place.file && evidence.place.line == finding.place.line;
      if (!evidence.place.file.empty() && !same) {
        html += "<code>" + markup_text(place_text(evidence.place)) + "</code> ";
        if (!evidence.excerpt.empty()) {
          html += "<code>" + markup_text(trim(evidence.excerpt)) + "</code> ";
        }
      }
      html += markup_text(evidence.what);
    }
    if (!html.empty()) add_row("evidence", html);
  }

  void write_fix(const Fix& fix) {
    std::string html = markup_text(fix.summary);
    if (!fix.breaks.empty()) html += "<br>could break: " + markup_text(fix.breaks);
    std::string lines;
    for (const FileDiff& diff : fix_diff(texts_, fix)) {
      lines += "<span>" + markup_text(shown_file(snapshot_, diff.file)) + "</span>";
      for (const DiffLine& line : diff.lines) {
        lines += fmt::format("<span class=\"{}\">{} {}</span>", line.sign == '+' ? 'a' : 'd',
                             line.sign, markup_text(line.text));
      }
    }
    if (!lines.empty()) html += "<pre>" + lines + "</pre>";
    add_row("fix", html);
  }

  void write_references(const Finding& finding) {
    if (finding.references.empty()) return;
    add(fmt::format("<p class=\"soft\">References: {} · stockade explain {}</p>\n",
                    markup_text(join(finding.references, ", ")), markup_text(finding.rule)));
  }

  std::string place_text(const Place& place) const {
    const std::string file = shown_file(snapshot_, place.file);
    return place.line == 0 ? file : fmt::format("{}:{}", file, place.line);
  }

  // --- what else must be known -------------------------------------------------------------------

  void write_not_checked() {
    if (report_.not_checked.empty()) return;
    add("<h2 id=\"not-checked\">Not checked</h2>\n<ul class=\"plain\">\n");
    for (const NotChecked& gap : report_.not_checked) {
      add("<li>");
      if (!gap.rule.empty()) add("<code>" + markup_text(gap.rule) + "</code> ");
      add(fmt::format("<b>{}</b>: {}", markup_text(gap.what), markup_text(gap.reason)));
      if (!gap.remedy.empty())
        add(fmt::format(" <span class=\"soft\">({})</span>", markup_text(gap.remedy)));
      add("</li>\n");
    }
    add("</ul>\n");
  }

  void write_known(std::string_view title, const std::vector<KnownFinding>& findings) {
    if (findings.empty()) return;
    add(fmt::format("<h2>{}</h2>\n<ul class=\"plain\">\n", title));
    for (const KnownFinding& known : findings) {
      add(fmt::format("<li><code>{}</code> {}: {} <code class=\"at\">{}</code></li>\n",
                      markup_text(known.rule), to_string(known.severity),
                      markup_text(known.message), markup_text(known.file)));
    }
    add("</ul>\n");
  }

  void write_since() {
    if (!report_.since) return;
    const std::string day = markup_text(report_.since->since.substr(0, 10));
    write_known("Fixed since " + (day.empty() ? "the baseline" : day), report_.since->fixed);
    write_known("Found before, not checked now", report_.since->no_longer_checked);
  }

  void write_accepted() {
    if (counts_.suppressed == 0) return;
    add("<h2>Accepted</h2>\n<ul class=\"plain\">\n");
    for (const Finding& finding : report_.findings) {
      const Suppression& answer = finding.suppression;
      if (answer.kind == Suppression::Kind::none) continue;
      add(fmt::format("<li><code>{}</code> {}, <code class=\"at\">{}</code>: {}{}</li>\n",
                      markup_text(finding.rule), to_string(finding.severity),
                      markup_text(place_text(finding.place)), markup_text(answer.reason),
                      answer.until.empty() ? "" : " (until " + markup_text(answer.until) + ")"));
    }
    add("</ul>\n");
  }

  void write_rules() {
    std::map<std::string_view, size_t> found;
    for (const Group& group : groups_) found[group.first().rule] += group.findings.size();
    std::set<std::string_view> unsure;
    for (const NotChecked& gap : report_.not_checked) unsure.insert(gap.rule);
    add("<h2>What was checked</h2>\n<table class=\"rules\"><tr><th>rule</th><th>looks whether</th>"
        "<th>result</th></tr>\n");
    for (const std::string& id : report_.rules_run) {
      const rules::Rule* rule = audit::find_any_rule(id);
      const auto number = found.find(id);
      std::string result = "<span class=\"ok\">nothing found</span>";
      if (unsure.contains(id)) result = "not checked in full";
      if (number != found.end()) {
        result = fmt::format("<a href=\"#{}\">{} found</a>", markup_text(id), number->second);
      }
      add(fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n", markup_text(id),
                      rule == nullptr ? "" : markup_text(rule->title), result));
    }
    add("</table>\n");
  }

  void write_footer() {
    add(fmt::format("<footer>Stockade {} · {:.1f} s{}</footer>\n", STOCKADE_VERSION,
                    report_.seconds,
                    options_.now.empty() ? "" : " · " + markup_text(options_.now)));
  }

  const Snapshot& snapshot_;
  const audit::Report& report_;
  const RenderOptions& options_;
  SourceTexts texts_;
  std::vector<Group> groups_;
  Counts counts_;
  std::set<std::string_view> linked_;
  std::string out_;
};

}  // namespace

std::string render_html(const Snapshot& snapshot, const audit::Report& report,
                        const RenderOptions& options) {
  return HtmlReport(snapshot, report, options).write();
}

}  // namespace stockade::report
