#include "logs/incident/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

namespace stockade::logs {

namespace {

using Json = nlohmann::ordered_json;

// Bytes of a log as JSON takes them: what is no UTF-8 becomes U+FFFD.
std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

constexpr std::string_view kSourceKinds[] = {"client", "network", "account"};

Json names_of(uint32_t families) {
  Json names = Json::array();
  for (size_t i = 0; i < kFamilies; ++i) {
    if ((families & (1U << i)) != 0) names.push_back(name_of(static_cast<Family>(i)));
  }
  return names;
}

const std::string& path_of(const std::vector<std::string>& logs, uint32_t file) {
  static const std::string kNone;
  return file < logs.size() ? logs[file] : kNone;
}

std::optional<Family> family_named(std::string_view name) {
  for (size_t i = 0; i < kFamilies; ++i) {
    if (name_of(static_cast<Family>(i)) == name) return static_cast<Family>(i);
  }
  return std::nullopt;
}

template <class Enum>
std::optional<Enum> named(std::string_view name, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

Micros micros_of(const Json& json, const char* key) { return json.value(key, Micros{0}); }

Incident read_incident(const Json& json) {
  Incident incident;
  incident.id = json.at("id").get<uint64_t>();
  incident.source = json.at("source").get<std::string>();
  for (size_t i = 0; i < std::size(kSourceKinds); ++i) {
    if (json.at("source_kind") == kSourceKinds[i]) incident.kind = static_cast<SourceKind>(i);
  }
  if (const auto ip = Ip::parse(json.value("address", ""))) incident.address = *ip;
  incident.intent = named<Intent>(json.at("intent").get<std::string>(), kIntents).value();
  incident.family = family_named(json.at("family").get<std::string>()).value();
  for (const auto& [name, count] : json.at("lines_of").items()) {
    const Family family = family_named(name).value();
    incident.lines_of[family] = count.get<uint64_t>();
    incident.families |= 1U << static_cast<unsigned>(family);
  }
  incident.first = micros_of(json, "first_us");
  incident.last = micros_of(json, "last_us");
  incident.lines = json.at("lines").get<uint64_t>();
  incident.answered = json.value("answered", uint64_t{0});
  incident.errors = json.value("errors", uint64_t{0});
  incident.outcome = named<Outcome>(json.at("outcome").get<std::string>(), 4).value();
  for (const Json& sample : json.at("samples")) {
    incident.samples.push_back({sample.value("file_number", 0U),
                                sample.value("line_number", uint64_t{0}),
                                sample.value("text", "")});
  }
  return incident;
}

}  // namespace

std::string time_text(Micros time) {
  if (time == 0) return "";
  const auto seconds = static_cast<std::time_t>(time / kSecond);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  // By hand: a scan writes one for each event.
  std::string text = "0000-00-00T00:00:00Z";
  const auto put = [&](size_t end, int number) {
    for (; number > 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, std::clamp(parts.tm_year + 1900, 0, 9999));
  put(7, parts.tm_mon + 1);
  put(10, parts.tm_mday);
  put(13, parts.tm_hour);
  put(16, parts.tm_min);
  put(19, parts.tm_sec);
  return text;
}

std::string quoted_json(std::string_view text) { return dumped(Json(text)); }

std::string event_json(const Event& event, const std::vector<std::string>& logs) {
  std::string out;
  out.reserve(128);
  out.append("{\"line_number\":").append(fmt::format_int(event.line).c_str());
  out.append(",\"family\":\"").append(name_of(event.family));
  out.append("\",\"source\":\"").append(event.has_source ? event.source.text() : "") += '"';
  if (event.time != 0) out.append(",\"time\":\"").append(time_text(event.time)) += '"';
  if (logs.size() > 1) out += ",\"file\":" + dumped(Json(path_of(logs, event.file)));
  return out + "}";
}

std::string incident_json(const Incident& incident, const std::vector<std::string>& logs) {
  Json json;
  json["id"] = incident.id;
  json["source"] = incident.source;
  json["source_kind"] = kSourceKinds[static_cast<size_t>(incident.kind)];
  json["intent"] = name_of(incident.intent);
  json["family"] = name_of(incident.family);
  json["families"] = names_of(incident.families);
  json["first"] = time_text(incident.first);
  json["last"] = time_text(incident.last);
  json["lines"] = incident.lines;
  json["outcome"] = name_of(incident.outcome);
  json["answered"] = incident.answered;
  json["errors"] = incident.errors;
  json["address"] = incident.address == Ip{} ? "" : incident.address.text();
  json["first_us"] = incident.first;
  json["last_us"] = incident.last;
  Json of = Json::object();
  for (const auto& [family, count] : incident.lines_of) of[std::string(name_of(family))] = count;
  json["lines_of"] = of;
  Json samples = Json::array();
  for (const SampleLine& sample : incident.samples) {
    samples.push_back({{"file", path_of(logs, sample.file)},
                       {"file_number", sample.file},
                       {"line_number", sample.line},
                       {"text", sample.text}});
  }
  json["samples"] = samples;
  return dumped(json);
}

std::string summary_json(const std::vector<LogSummary>& logs, const IncidentBook& book,
                         double seconds) {
  Json json;
  uint64_t lines = 0, understood = 0, events = 0;
  Json files = Json::array();
  for (const LogSummary& log : logs) {
    lines += log.lines;
    understood += log.understood;
    events += log.events;
    Json file = {{"path", log.path},
                 {"lines", log.lines},
                 {"understood", log.understood},
                 {"events", log.events},
                 {"bytes", log.bytes},
                 {"first", time_text(log.first)},
                 {"last", time_text(log.last)},
                 {"cut_lines", log.trouble.cut_lines},
                 {"problem", log.problem}};
    file["drift"] = nullptr;
    if (log.drift) {
      file["drift"] = {{"lines", log.drift->lines},
                       {"first_line", log.drift->first_line},
                       {"since", time_text(log.drift->since)},
                       {"shape", log.drift->shape}};
    }
    files.push_back(std::move(file));
  }
  json["lines"] = lines;
  json["understood"] = understood;
  json["events"] = events;
  json["incidents"] = book.size();
  json["incidents_not_kept"] = book.not_kept();
  json["seconds"] = seconds;
  json["files"] = std::move(files);
  return dumped(json);
}

std::optional<Incident> incident_from_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    return read_incident(json);
  } catch (const std::exception&) {  // a field that is missing, or of another kind
    return std::nullopt;
  }
}

}  // namespace stockade::logs
