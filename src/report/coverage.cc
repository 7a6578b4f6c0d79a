// `stockade coverage --against cis`: one row for each id of a benchmark.
#include <fmt/format.h>

#include "base/text.h"
#include "report/groups.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/pages.h"
#include "report/pen.h"

namespace stockade::report {

namespace {

using audit::ControlResult;
using audit::Coverage;
using audit::Verdict;

constexpr Verdict kVerdicts[] = {Verdict::pass,   Verdict::fail,           Verdict::accepted,
                                 Verdict::manual, Verdict::not_applicable, Verdict::not_checked};

Ink ink_of_verdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Ink::added;
    case Verdict::fail:
      return Ink::high;
    case Verdict::not_checked:
      return Ink::medium;
    case Verdict::accepted:
    case Verdict::manual:
    case Verdict::not_applicable:
      break;
  }
  return Ink::plain;
}

std::string title_of(const Coverage& coverage) {
  return coverage.benchmark == audit::Benchmark::cis ? "CIS Apache HTTP Server 2.4 Benchmark"
                                                     : "DISA STIG Apache Server 2.4 Unix";
}

std::string counts_text(const Coverage& coverage) {
  std::string text = fmt::format("{} ids", coverage.results.size());
  for (const Verdict verdict : kVerdicts) {
    text += fmt::format(", {} {}", coverage.count(verdict), to_string(verdict));
  }
  return text;
}

// What a reader needs to know of a verdict: the findings, the question, the reason.
std::string explanation(const Snapshot& snapshot, const ControlResult& result) {
  switch (result.verdict) {
    case Verdict::fail:
    case Verdict::accepted: {
      const Finding* shown = result.findings.front();
      for (const Finding* finding : result.findings) {
        const bool open = finding->suppression.kind == Suppression::Kind::none;
        if (open == (result.verdict == Verdict::fail)) {
          shown = finding;
          break;
        }
      }
      std::string text = fmt::format("{}: {} ({})", short_place(snapshot, shown->place),
                                     shown->message, shown->rule);
      if (result.verdict == Verdict::accepted) text += ", accepted: " + shown->suppression.reason;
      const size_t others = result.findings.size() - 1;
      return others == 0 ? text : text + fmt::format("; {} more", others);
    }
    case Verdict::not_applicable:
      if (!result.reason.empty()) return result.reason;
      return std::string(result.control->text);
    case Verdict::manual:
      return std::string(result.control->text);
    case Verdict::not_checked:
      return fmt::format("{}. By hand: {}", result.reason, result.control->text);
    case Verdict::pass:
      break;
  }
  return "";
}

std::string coverage_terminal(const Snapshot& snapshot, const Coverage& coverage,
                              const RenderOptions& options) {
  Pen pen(options);
  pen.line(
      pen.dye(Ink::strong, pen.safe(title_of(coverage) + " against " + target_name(snapshot))));
  pen.line(counts_text(coverage));
  pen.line();
  size_t id_width = 0;
  for (const ControlResult& result : coverage.results) {
    id_width = std::max(id_width, result.control->id.size());
  }
  for (const ControlResult& result : coverage.results) {
    const std::string verdict = pad(std::string(to_string(result.verdict)), 14);
    const size_t left = id_width + 2 + 14 + 2;
    pen.line(pad(std::string(result.control->id), id_width) + "  " +
             pen.dye(ink_of_verdict(result.verdict), verdict) + "  " +
             pen.fit(result.control->title, pen.width() - left));
    const std::string text = explanation(snapshot, result);
    if (text.empty()) continue;
    for (const std::string& line : wrap(pen.safe(text), pen.width() - 4)) {
      pen.line("    " + pen.dye(Ink::faint, line));
    }
  }
  return pen.take();
}

Json result_to_json(const Snapshot& snapshot, const ControlResult& result) {
  Json json;
  json["id"] = result.control->id;
  json["title"] = result.control->title;
  json["verdict"] = to_string(result.verdict);
  json["rules"] = result.rules;
  json["findings"] = Json::array();
  for (const Finding* finding : result.findings) {
    json["findings"].push_back(
        {{"rule", finding->rule},
         {"file", shown_file(snapshot, finding->place.file)},
         {"line", finding->place.line},
         {"message", finding->message},
         {"fingerprint", finding->fingerprint},
         {"accepted", finding->suppression.kind != Suppression::Kind::none}});
  }
  json["reason"] = result.reason;
  json["question"] = result.control->text;
  return json;
}

std::string coverage_json(const Snapshot& snapshot, const Coverage& coverage) {
  Json json;
  json["schema"] = "stockade/coverage/1";
  json["benchmark"] = to_string(coverage.benchmark);
  json["target"] = target_to_json(snapshot);
  json["controls"] = Json::array();
  for (const ControlResult& result : coverage.results) {
    json["controls"].push_back(result_to_json(snapshot, result));
  }
  for (const Verdict verdict : kVerdicts) {
    json["summary"][replace_all(std::string(to_string(verdict)), " ", "_")] =
        coverage.count(verdict);
  }
  return dump(json, 2) + "\n";
}

std::string coverage_markdown(const Snapshot& snapshot, const Coverage& coverage) {
  std::string text =
      fmt::format("# {}\n\n{}\n\n{}.\n\n| id | verdict | about | detail |\n|---|---|---|---|\n",
                  title_of(coverage), markdown_text(target_name(snapshot)), counts_text(coverage));
  for (const ControlResult& result : coverage.results) {
    text += fmt::format("| {} | {} | {} | {} |\n", result.control->id, to_string(result.verdict),
                        markdown_text(result.control->title),
                        markdown_text(explanation(snapshot, result)));
  }
  return text;
}

}  // namespace

std::string render_coverage(const Snapshot& snapshot, const Coverage& coverage, TextFormat format,
                            const RenderOptions& options) {
  switch (format) {
    case TextFormat::terminal:
      return coverage_terminal(snapshot, coverage, options);
    case TextFormat::json:
      return coverage_json(snapshot, coverage);
    case TextFormat::markdown:
      return coverage_markdown(snapshot, coverage);
  }
  return "";
}

}  // namespace stockade::report
