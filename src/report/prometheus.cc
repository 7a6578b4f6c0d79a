// Metrics for node_exporter's textfile collector. Labels are severity and rule only: few values,
// none that a visitor of the site could choose.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <optional>

#include "report/report.h"

namespace stockade::report {

namespace {

std::optional<int64_t> seconds_since_epoch(const std::string& iso) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(iso.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u", &year, &month, &day, &hour, &minute,
                  &second) != 6) {
    return std::nullopt;
  }
  const auto date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * int64_t{86400} + hour * 3600 +
         minute * 60 + second;
}

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    out += c == '\n' ? "\\n" : std::string(1, c);
  }
  return out;
}

void add_head(std::string& out, std::string_view name, std::string_view help) {
  out += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
}

}  // namespace

std::string render_prometheus(const Snapshot&, const audit::Report& report,
                              const RenderOptions& options) {
  std::map<std::pair<std::string_view, std::string_view>, size_t> open;
  for (const Finding& finding : report.findings) {
    if (finding.suppression.kind == Suppression::Kind::none) {
      ++open[{to_string(finding.severity), finding.rule}];
    }
  }
  std::string out;
  add_head(out, "stockade_findings", "Open findings of the last audit.");
  for (const auto& [key, number] : open) {
    out += fmt::format("stockade_findings{{severity=\"{}\",rule=\"{}\"}} {}\n", key.first,
                       label_value(key.second), number);
  }
  const Counts counts = count(report);
  add_head(out, "stockade_findings_accepted", "Findings that the administrator accepted.");
  out += fmt::format("stockade_findings_accepted {}\n", counts.suppressed);
  add_head(out, "stockade_not_checked", "Things that the last audit could not check.");
  out += fmt::format("stockade_not_checked {}\n", report.not_checked.size());
  add_head(out, "stockade_rules_run", "Rules that the last audit ran.");
  out += fmt::format("stockade_rules_run {}\n", report.rules_run.size());
  add_head(out, "stockade_audit_duration_seconds", "How long the last audit took.");
  out += fmt::format("stockade_audit_duration_seconds {:.3f}\n", report.seconds);
  if (const auto seconds = seconds_since_epoch(options.now)) {
    add_head(out, "stockade_last_audit_timestamp_seconds", "When the last audit ended.");
    out += fmt::format("stockade_last_audit_timestamp_seconds {}\n", *seconds);
  }
  return out;
}

}  // namespace stockade::report
