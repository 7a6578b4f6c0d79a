#include "finding/baseline.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace stockade {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kSchema = "stockade/audit/1";
// While httpd refuses the configuration, what is gone may only not have been read.
constexpr std::string_view kRefused = "configuration-refused";

tl::unexpected<Error> baseline_error(std::string_view name, std::string cause) {
  return fail({"read the earlier report", std::string(name), std::move(cause),
               "pass a file that `stockade audit --format json` wrote", 0});
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

uint32_t number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return 0;
  return static_cast<uint32_t>(std::min<uint64_t>(found->get<uint64_t>(), UINT32_MAX));
}

bool is_suppressed(const Json& finding) {
  const auto found = finding.find("suppression");
  return found != finding.end() && found->is_object();
}

Result<Baseline> read_document(const Json& document, std::string_view name) {
  if (!document.is_object() || text_of(document, "schema") != kSchema) {
    return baseline_error(name, "its \"schema\" is not \"" + std::string(kSchema) + "\"");
  }
  const auto list = document.find("findings");
  if (list == document.end() || !list->is_array()) {
    return baseline_error(name, "it has no list \"findings\"");
  }
  Baseline baseline;
  const auto target = document.find("target");
  if (target != document.end() && target->is_object()) {
    baseline.taken_at = text_of(*target, "taken_at");
  }
  for (size_t i = 0; i < list->size(); ++i) {
    const Json& finding = (*list)[i];
    KnownFinding known;
    if (finding.is_object()) {
      known = {
          text_of(finding, "fingerprint"), text_of(finding, "rule"),   Severity::medium,
          text_of(finding, "file"),        number_of(finding, "line"), text_of(finding, "message")};
    }
    const auto severity =
        finding.is_object() ? parse_severity(text_of(finding, "severity")) : std::nullopt;
    if (known.fingerprint.empty() || known.rule.empty() || !severity) {
      return baseline_error(
          name, "finding " + std::to_string(i + 1) + " lacks a rule, a severity or a fingerprint");
    }
    known.severity = *severity;
    if (!is_suppressed(finding)) baseline.findings.push_back(std::move(known));
  }
  return baseline;
}

}  // namespace

Result<Baseline> read_baseline(std::string_view json, std::string_view name) {
  // Without exceptions: a document that is none comes back as "discarded".
  const Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded()) return baseline_error(name, "it is not JSON");
  return read_document(document, name);
}

Comparison compare(const Baseline& baseline, const std::vector<Finding>& findings,
                   const std::vector<std::string>& rules_run,
                   const std::vector<NotChecked>& not_checked) {
  std::unordered_set<std::string_view> before;
  for (const KnownFinding& known : baseline.findings) before.insert(known.fingerprint);
  std::unordered_set<std::string_view> now;
  std::unordered_set<std::string_view> looked(rules_run.begin(), rules_run.end());
  for (const NotChecked& gap : not_checked) looked.erase(gap.rule);

  Comparison comparison;
  comparison.since = baseline.taken_at;
  bool refused = false;
  for (const Finding& finding : findings) {
    now.insert(finding.fingerprint);  // an answered finding is still there: it is not "fixed"
    refused = refused || finding.rule == kRefused;
    if (finding.suppression.kind != Suppression::Kind::none) continue;
    if (before.contains(finding.fingerprint)) {
      ++comparison.unchanged;
    } else {
      comparison.added.insert(finding.fingerprint);
    }
  }
  for (const KnownFinding& known : baseline.findings) {
    if (now.contains(known.fingerprint)) continue;
    const bool fixed = looked.contains(known.rule) && (!refused || known.rule == kRefused);
    (fixed ? comparison.fixed : comparison.no_longer_checked).push_back(known);
  }
  return comparison;
}

}  // namespace stockade
