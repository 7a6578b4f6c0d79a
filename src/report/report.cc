#include "report/report.h"

namespace stockade::report {

std::span<const Format> formats() {
  static constexpr Format kFormats[] = {
      {"json", render_json, "one JSON document, schema stockade/audit/1"},
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
