#include "report/report.h"

namespace stockade::report {

std::span<const Format> formats() {
  static constexpr Format kFormats[] = {
      {"terminal", render_terminal, "the first screen, worst first"},
      {"json", render_json, "one JSON document, schema stockade/audit/1"},
      {"jsonl", render_jsonl, "one JSON value a line"},
      {"sarif", render_sarif, "SARIF 2.1.0, for code scanning and editors"},
      {"html", render_html, "one page, for reading and printing"},
      {"markdown", render_markdown, "for an issue or a merge request"},
      {"junit", render_junit, "test cases for a CI system"},
      {"prometheus", render_prometheus, "metrics for the textfile collector"},
  };
  return kFormats;
}

const Format* find_format(std::string_view name) {
  for (const auto& format : formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

std::string shown_file(const Snapshot& snapshot, std::string_view file) {
  if (snapshot.root.empty() || !is_within(file, snapshot.mounted_at)) return std::string(file);
  file.remove_prefix(snapshot.mounted_at.size());
  while (file.starts_with('/')) file.remove_prefix(1);
  return std::string(file);
}

Counts count(const audit::Report& report) {
  Counts counts;
  for (const auto& finding : report.findings) {
    if (finding.suppression.kind != Suppression::Kind::none) {
      ++counts.suppressed;
    } else {
      ++counts.open[static_cast<size_t>(finding.severity)];
    }
  }
  return counts;
}

}  // namespace stockade::report
