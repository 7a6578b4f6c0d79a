// How an audit is shown: one file a format, one row in the table of report.cc.
//
// A format only renders: it never decides what is a finding, and it leaves nothing out that the
// report holds unless RenderOptions says so. Every text that came from the audited machine is
// hostile input: each format escapes it for its own reader.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "audit/audit.h"
#include "host/snapshot.h"

namespace stockade::report {

struct RenderOptions {
  bool colour = false;    // terminal: ANSI colours
  bool unicode = true;    // terminal: else ASCII only
  uint32_t width = 80;    // terminal: columns
  bool show_all = false;  // terminal: low and suppressed findings in full too
  std::string now;        // the moment of rendering, ISO 8601 UTC: "2026-11-24T15:00:00Z"
};

using Render = std::string (*)(const Snapshot&, const audit::Report&, const RenderOptions&);

std::string render_terminal(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_json(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_jsonl(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_sarif(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_html(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_markdown(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_junit(const Snapshot&, const audit::Report&, const RenderOptions&);
std::string render_prometheus(const Snapshot&, const audit::Report&, const RenderOptions&);

struct Format {
  std::string_view name;  // what --format takes
  Render render;
  std::string_view title;  // one line for the help
};
std::span<const Format> formats();
const Format* find_format(std::string_view name);

// `file` as reports print it: relative to --root where one was given, else as it is.
std::string shown_file(const Snapshot& snapshot, std::string_view file);

// The open findings (not suppressed) by Severity, and the suppressed ones apart.
struct Counts {
  std::array<size_t, 4> open{};  // indexed by Severity
  size_t suppressed = 0;

  size_t of(Severity severity) const { return open[static_cast<size_t>(severity)]; }
  size_t all() const { return open[0] + open[1] + open[2] + open[3]; }
};
Counts count(const audit::Report& report);

}  // namespace stockade::report
