#include "report/json.h"

namespace stockade::report {

namespace {

void add_place(Json& json, const Snapshot& snapshot, const Place& place) {
  json["file"] = shown_file(snapshot, place.file);
  json["line"] = place.line;
  json["column"] = place.column;
}

Json evidence_to_json(const Snapshot& snapshot, const Evidence& evidence) {
  Json json;
  add_place(json, snapshot, evidence.place);
  json["what"] = evidence.what;
  json["excerpt"] = evidence.excerpt;
  return json;
}

Json fix_to_json(const Snapshot& snapshot, const Fix& fix) {
  Json edits = Json::array();
  for (const auto& edit : fix.edits) {
    edits.push_back({{"file", shown_file(snapshot, edit.file)},
                     {"offset", edit.offset},
                     {"length", edit.length},
                     {"text", edit.text}});
  }
  return {{"summary", fix.summary},
          {"risk", to_string(fix.risk)},
          {"breaks", fix.breaks},
          {"edits", std::move(edits)}};
}

Json suppression_to_json(const Snapshot& snapshot, const Suppression& suppression) {
  Json json;
  json["by"] = suppression.kind == Suppression::Kind::remark ? "remark" : "policy";
  json["reason"] = suppression.reason;
  json["until"] = suppression.until;
  json["file"] = shown_file(snapshot, suppression.place.file);
  json["line"] = suppression.place.line;
  return json;
}

Json known_to_json(const std::vector<KnownFinding>& findings) {
  Json list = Json::array();
  for (const auto& known : findings) {
    list.push_back({{"rule", known.rule},
                    {"severity", to_string(known.severity)},
                    {"file", known.file},
                    {"line", known.line},
                    {"message", known.message},
                    {"fingerprint", known.fingerprint}});
  }
  return list;
}

}  // namespace

Json finding_to_json(const Snapshot& snapshot, const audit::Report& report,
                     const Finding& finding) {
  Json json;
  json["rule"] = finding.rule;
  json["severity"] = to_string(finding.severity);
  json["certainty"] = to_string(finding.certainty);
  add_place(json, snapshot, finding.place);
  json["message"] = finding.message;
  json["why"] = finding.why;
  json["evidence"] = Json::array();
  for (const auto& evidence : finding.evidence) {
    json["evidence"].push_back(evidence_to_json(snapshot, evidence));
  }
  json["fix"] = finding.fix ? fix_to_json(snapshot, *finding.fix) : Json(nullptr);
  json["fingerprint"] = finding.fingerprint;
  json["family"] = finding.family;
  json["length"] = finding.place.length;
  json["excerpt"] = finding.excerpt;
  json["server"] = finding.server;
  json["example"] = finding.example;
  json["references"] = finding.references;
  json["directive_path"] = finding.directive_path;
  json["suppression"] = finding.suppression.kind == Suppression::Kind::none
                            ? Json(nullptr)
                            : suppression_to_json(snapshot, finding.suppression);
  if (report.since) json["new"] = report.since->is_new(finding);
  return json;
}

Json not_checked_to_json(const NotChecked& gap) {
  return {{"rule", gap.rule}, {"what", gap.what}, {"reason", gap.reason}, {"remedy", gap.remedy}};
}

Json target_to_json(const Snapshot& snapshot) {
  Json json;
  json["hostname"] = snapshot.hostname;
  json["os"] = snapshot.os;
  json["root"] = snapshot.root;
  json["config_file"] = shown_file(snapshot, snapshot.environment.config_file);
  json["server_root"] = snapshot.config.server_root;
  json["taken_at"] = snapshot.taken_at;
  json["taken_by"] = snapshot.taken_by;
  json["httpd"] = {{"binary", snapshot.httpd.binary},   {"version", snapshot.httpd.version},
                   {"banner", snapshot.httpd.banner},   {"mpm", snapshot.httpd.mpm},
                   {"package", snapshot.httpd.package}, {"vendor", snapshot.httpd.vendor}};
  json["files"] = snapshot.config.files.size();
  json["virtual_hosts"] =
      snapshot.servers.all.empty() ? 0 : snapshot.servers.virtual_hosts().size();
  return json;
}

Json summary_to_json(const audit::Report& report) {
  const Counts counts = count(report);
  Json json;
  json["critical"] = counts.of(Severity::critical);
  json["high"] = counts.of(Severity::high);
  json["medium"] = counts.of(Severity::medium);
  json["low"] = counts.of(Severity::low);
  json["total"] = counts.all();
  json["suppressed"] = counts.suppressed;
  json["not_checked"] = report.not_checked.size();
  json["rules_run"] = report.rules_run;
  json["seconds"] = report.seconds;
  if (report.since) {
    json["since"] = {{"taken_at", report.since->since},
                     {"new", report.since->added.size()},
                     {"unchanged", report.since->unchanged},
                     {"fixed", known_to_json(report.since->fixed)},
                     {"no_longer_checked", known_to_json(report.since->no_longer_checked)}};
  }
  return json;
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string render_json(const Snapshot& snapshot, const audit::Report& report,
                        const RenderOptions&) {
  Json json;
  json["schema"] = "stockade/audit/1";
  json["target"] = target_to_json(snapshot);
  json["findings"] = Json::array();
  for (const auto& finding : report.findings) {
    json["findings"].push_back(finding_to_json(snapshot, report, finding));
  }
  json["not_checked"] = Json::array();
  for (const auto& gap : report.not_checked) {
    json["not_checked"].push_back(not_checked_to_json(gap));
  }
  json["summary"] = summary_to_json(report);
  return dump(json, 2) + "\n";
}

}  // namespace stockade::report
