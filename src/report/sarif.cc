// SARIF 2.1.0, for code scanning services and editors.
// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os.html
#include <fmt/format.h>

#include <map>

#include "audit/own_rules.h"
#include "base/text.h"
#include "report/fix_diff.h"
#include "report/groups.h"
#include "report/json.h"
#include "report/plain_text.h"

namespace stockade::report {

namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr const char* kRoot = "ROOT";

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::low:
      return "note";
    case Severity::medium:
      return "warning";
    case Severity::high:
    case Severity::critical:
      return "error";
  }
  return "none";
}

// The number that code scanning services sort by, on CVSS's scale.
std::string_view security_severity(Severity severity) {
  switch (severity) {
    case Severity::low:
      return "2.5";
    case Severity::medium:
      return "5.5";
    case Severity::high:
      return "8.0";
    case Severity::critical:
      return "9.5";
  }
  return "0.0";
}

// RFC 3986: what is not unreserved is written as %XX; '/' parts the segments.
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || is_digit(c) || std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri.push_back(c);
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

// Columns of Stockade are bytes, those of SARIF characters.
size_t character_column(std::string_view line, size_t byte_column) {
  if (byte_column == 0) return 0;
  line = line.substr(0, byte_column - 1);
  size_t column = 1 + (byte_column - 1 - line.size());
  while (!line.empty()) {
    take_character(line);
    ++column;
  }
  return column;
}

Json text_message(std::string_view text) { return {{"text", text}}; }

class SarifLog {
 public:
  SarifLog(const Snapshot& snapshot, const audit::Report& report, const RenderOptions& options)
      : snapshot_(snapshot), report_(report), options_(options), texts_(snapshot) {}

  std::string write() {
    Json run;
    run["tool"]["driver"] = driver();
    run["columnKind"] = "unicodeCodePoints";
    run["originalUriBaseIds"][kRoot] = root();
    run["invocations"] = Json::array({invocation()});
    run["results"] = Json::array();
    for (const Finding& finding : report_.findings) run["results"].push_back(result(finding));
    Json log;
    log["$schema"] = kSchema;
    log["version"] = "2.1.0";
    log["runs"] = Json::array({std::move(run)});
    return dump(log, 2) + "\n";
  }

 private:
  // --- the tool and its rules --------------------------------------------------------------------

  Json driver() {
    Json driver;
    driver["name"] = "Stockade";
    driver["version"] = STOCKADE_VERSION;
    driver["rules"] = Json::array();
    for (const std::string& id : report_.rules_run) add_rule(driver["rules"], id);
    for (const Finding& finding : report_.findings) add_rule(driver["rules"], finding.rule);
    return driver;
  }

  void add_rule(Json& rules, const std::string& id) {
    if (!rule_index_.try_emplace(id, rules.size()).second) return;
    Json json = {{"id", id}};
    if (const rules::Rule* rule = audit::find_any_rule(id)) {
      json["shortDescription"] = text_message(rule->title);
      json["help"] = {{"text", trim(rule->page)}, {"markdown", trim(rule->page)}};
      json["defaultConfiguration"] = {{"level", level_of(rule->severity)}};
      json["properties"]["security-severity"] = security_severity(rule->severity);
      json["properties"]["tags"] = Json::array({"security", rule->family});
      for (const std::string_view reference : rule->references) {
        json["properties"]["tags"].push_back(reference);
      }
    }
    rules.push_back(std::move(json));
  }

  // --- the run -----------------------------------------------------------------------------------

  Json root() const {
    Json root;
    if (snapshot_.root.empty()) {
      root["uri"] = "file:///";
    } else if (snapshot_.root.starts_with('/')) {
      root["uri"] = "file://" + uri_of(snapshot_.root) + (snapshot_.root.ends_with('/') ? "" : "/");
    }
    root["description"] = text_message(snapshot_.root.empty() ? "the file system of the machine"
                                                              : "the folder given with --root");
    return root;
  }

  Json invocation() const {
    Json json;
    json["executionSuccessful"] = true;
    if (!options_.now.empty()) json["endTimeUtc"] = options_.now;
    json["toolExecutionNotifications"] = Json::array();
    for (const NotChecked& gap : report_.not_checked) {
      Json notification;
      notification["descriptor"] = {{"id", "not-checked"}};
      if (!gap.rule.empty()) notification["associatedRule"] = {{"id", gap.rule}};
      notification["level"] = "warning";
      notification["message"] = text_message("not checked: " + gap_text(gap));
      json["toolExecutionNotifications"].push_back(std::move(notification));
    }
    return json;
  }

  // --- results -----------------------------------------------------------------------------------

  Json artifact(std::string_view file) const {
    std::string shown = shown_file(snapshot_, file);
    shown.erase(0, shown.find_first_not_of('/'));
    return {{"uri", uri_of(shown)}, {"uriBaseId", kRoot}};
  }

  Json location(const Place& place, std::string_view excerpt) const {
    Json json;
    json["artifactLocation"] = artifact(place.file);
    if (place.line == 0) return {{"physicalLocation", std::move(json)}};
    Json region = {{"startLine", place.line}};
    if (place.column != 0) {
      const size_t end = std::min<size_t>(size_t{place.column} + place.length, excerpt.size() + 1);
      region["startColumn"] = character_column(excerpt, place.column);
      if (end > place.column) region["endColumn"] = character_column(excerpt, end);
    }
    if (!excerpt.empty()) region["snippet"] = text_message(excerpt);
    json["region"] = std::move(region);
    return {{"physicalLocation", std::move(json)}};
  }

  Json result(const Finding& finding) const {
    Json json;
    json["ruleId"] = finding.rule;
    json["ruleIndex"] = rule_index_.at(finding.rule);
    json["level"] = level_of(finding.severity);
    const bool same = finding.why.empty() || finding.why == finding.message;
    json["message"] = text_message(same ? finding.message : finding.message + ": " + finding.why);
    Json place = location(finding.place, finding.excerpt);
    if (!finding.server.empty()) {
      place["logicalLocations"] =
          Json::array({{{"name", finding.server}, {"kind", "virtual host"}}});
    }
    json["locations"] = Json::array({std::move(place)});
    add_evidence(json, finding);
    json["partialFingerprints"]["stockade/v1"] = finding.fingerprint;
    if (report_.since) {
      json["baselineState"] = report_.since->is_new(finding) ? "new" : "unchanged";
    }
    json["suppressions"] = Json::array();
    if (finding.suppression.kind != Suppression::Kind::none) {
      json["suppressions"].push_back(suppression(finding.suppression));
    }
    if (finding.fix) add_fix(json, *finding.fix);
    json["properties"]["severity"] = to_string(finding.severity);
    json["properties"]["security-severity"] = security_severity(finding.severity);
    json["properties"]["certainty"] = to_string(finding.certainty);
    if (!finding.example.empty()) json["properties"]["example"] = finding.example;
    return json;
  }

  void add_evidence(Json& json, const Finding& finding) const {
    Json related = Json::array();
    Json facts = Json::array();
    for (const Evidence& evidence : finding.evidence) {
      if (evidence.place.file.empty()) {
        facts.push_back(evidence.what);
        continue;
      }
      Json place = location(evidence.place, evidence.excerpt);
      place["id"] = related.size();
      place["message"] = text_message(evidence.what);
      related.push_back(std::move(place));
    }
    if (!related.empty()) json["relatedLocations"] = std::move(related);
    if (!facts.empty()) json["properties"]["facts"] = std::move(facts);
  }

  Json suppression(const Suppression& answer) const {
    Json json;
    json["kind"] = answer.kind == Suppression::Kind::remark ? "inSource" : "external";
    json["status"] = "accepted";
    json["justification"] = answer.reason;
    if (!answer.place.file.empty()) json["location"] = location(answer.place, "");
    if (!answer.until.empty()) json["properties"]["until"] = answer.until;
    return json;
  }

  // --- fixes -------------------------------------------------------------------------------------

  void add_fix(Json& json, const Fix& fix) const {
    json["properties"]["fix"] = {
        {"summary", fix.summary}, {"risk", to_string(fix.risk)}, {"breaks", fix.breaks}};
    std::map<std::string_view, Json> changes;
    for (const Edit& edit : fix.edits) {
      const std::string* text = texts_.find(edit.file);
      if (text == nullptr || edit.offset > text->size() ||
          edit.length > text->size() - edit.offset) {
        return;  // half a fix is none
      }
      Json& change = changes[edit.file];
      if (change.is_null()) {
        change["artifactLocation"] = artifact(edit.file);
        change["replacements"] = Json::array();
      }
      change["replacements"].push_back(
          {{"deletedRegion", region(*text, edit)}, {"insertedContent", text_message(edit.text)}});
    }
    if (changes.empty()) return;
    Json list = Json::array();
    for (auto& [file, change] : changes) list.push_back(std::move(change));
    Json shown = {{"description", text_message(fix.summary)}, {"artifactChanges", std::move(list)}};
    json["fixes"] = Json::array({std::move(shown)});
  }

  Json region(const std::string& text, const Edit& edit) const {
    const auto column = [&](const Place& place, uint32_t offset) {
      const size_t begin = offset - (place.column - 1);
      return character_column(std::string_view(text).substr(begin, place.column - 1), place.column);
    };
    const Place begin = texts_.place_of(edit.file, edit.offset);
    const uint32_t end_offset = edit.offset + edit.length;
    const Place end = texts_.place_of(edit.file, end_offset);
    return {{"startLine", begin.line},
            {"startColumn", column(begin, edit.offset)},
            {"endLine", end.line},
            {"endColumn", column(end, end_offset)}};
  }

  const Snapshot& snapshot_;
  const audit::Report& report_;
  const RenderOptions& options_;
  SourceTexts texts_;
  std::map<std::string, size_t, std::less<>> rule_index_;
};

}  // namespace

std::string render_sarif(const Snapshot& snapshot, const audit::Report& report,
                         const RenderOptions& options) {
  return SarifLog(snapshot, report, options).write();
}

}  // namespace stockade::report
