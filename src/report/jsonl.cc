// One JSON value a line, for jq and log shippers: the target, each finding, each gap, the summary.
#include "report/json.h"

namespace stockade::report {

namespace {

void add_line(std::string& out, std::string_view type, const Json& body) {
  Json json;
  json["type"] = type;
  json.update(body);
  out += dump(json) + "\n";
}

}  // namespace

std::string render_jsonl(const Snapshot& snapshot, const audit::Report& report,
                         const RenderOptions&) {
  std::string out;
  Json target = {{"schema", "stockade/audit-lines/1"}};
  target.update(target_to_json(snapshot));
  add_line(out, "target", target);
  for (const Finding& finding : report.findings) {
    add_line(out, "finding", finding_to_json(snapshot, report, finding));
  }
  for (const NotChecked& gap : report.not_checked) {
    add_line(out, "not_checked", not_checked_to_json(gap));
  }
  add_line(out, "summary", summary_to_json(report));
  return out;
}

}  // namespace stockade::report
