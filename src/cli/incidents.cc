// What "stockade watch" found.
#include <fmt/format.h>

#include <ctime>

#include "cli/incident_store.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/show.h"
#include "logs/incident/json.h"
#include "logs/parse/timestamp.h"
#include "logs/watch/store.h"
#include "report/incidents_page.h"

namespace stockade::cli {
namespace {

Words incidents_format_names() { return {"terminal", "json"}; }

constexpr Option kIncidentsOptions[] = {
    {"--since", "WHEN", "2h, 3d, or a date as 2026-11-24 (default: 7d)"},
    {"--all", "", "every incident, not the worst fifteen"},
    {"--format", "FORMAT", "how to show it (default: terminal)", Option::Takes::one,
     incidents_format_names},
    kStoreOption,
    kColourOption,
    kWidthOption,
};

Result<logs::Micros> since_of(const Arguments& arguments) {
  const std::string text = arguments.has("--since") ? arguments.value("--since") : "7d";
  const logs::Micros now = static_cast<logs::Micros>(std::time(nullptr)) * logs::kSecond;
  if (const auto time = logs::parse_iso_time(text.size() == 10 ? text + " 00:00:00" : text))
    return *time;
  const auto count =
      text.empty() ? std::nullopt : parse_number(std::string_view(text).substr(0, text.size() - 1));
  const char unit = text.empty() ? ' ' : text.back();
  const int64_t seconds = unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
  if (!count || *count < 0 || *count > 100'000 || seconds == 0) {
    return usage_error("incidents", fmt::format("--since cannot be \"{}\"", text),
                       "write 30m, 2h, 3d, or a date as 2026-11-24");
  }
  return now - *count * seconds * logs::kSecond;
}

Result<int> show_one(logs::Store& store, const Arguments& arguments, const Look& look, bool json) {
  const auto id = parse_number(arguments.word(0));
  if (!id || *id < 1)
    return usage_error("incidents",
                       fmt::format("\"{}\" is no number of an incident", arguments.word(0)));
  const auto incident = store.incident(static_cast<uint64_t>(*id));
  if (!incident) return tl::make_unexpected(incident.error());
  if (!*incident) {
    return fail({"show", fmt::format("incident {}", *id), "there is none of that number",
                 "stockade incidents lists them", 0});
  }
  const std::string text = json ? incident_json(**incident, {}) + "\n"
                                : report::render_incident(**incident, look.render);
  return write_stdout(text).map([] { return int{kClean}; });
}

Result<int> run_incidents(const Arguments& given) {
  Arguments arguments = given;
  const bool json = arguments.value("--format") == "json";
  arguments.options.erase("--format");
  const auto look = show_options(kIncidents, arguments);
  if (!look) return tl::make_unexpected(look.error());
  const auto since = since_of(arguments);
  if (!since) return tl::make_unexpected(since.error());
  auto store = logs::Store::open_to_read(store_of(arguments));
  if (!store) {
    Error error = store.error();
    error.remedy = "\"stockade watch\" makes it; --store names another";
    return fail(std::move(error));
  }
  if (!arguments.words.empty()) return show_one(*store, arguments, *look, json);
  const auto incidents = store->incidents(*since);
  if (!incidents) return tl::make_unexpected(incidents.error());
  const auto older = store->incidents_before(*since);
  if (!older) return tl::make_unexpected(older.error());
  auto read_until = store->read_until();
  if (!read_until) return tl::make_unexpected(read_until.error());
  report::IncidentsView view;
  view.since = *since;
  view.older = *older;
  view.read_until = std::move(*read_until);
  view.now = static_cast<logs::Micros>(std::time(nullptr)) * logs::kSecond;
  for (const logs::Incident& incident : *incidents) view.incidents.push_back(&incident);
  logs::sort_by_weight(view.incidents);
  if (arguments.has("--all")) view.most = 0;
  std::string text;
  if (json) {
    text = "{\"schema\":\"stockade/incidents/1\",\"incidents\":[";
    for (size_t i = 0; i < view.incidents.size(); ++i) {
      text += (i == 0 ? "\n" : ",\n") + incident_json(*view.incidents[i], {});
    }
    text += fmt::format("\n],\"since\":\"{}\",\"older\":{},\"read_until\":{{",
                        logs::time_text(view.since), view.older);
    for (const auto& [path, until] : view.read_until) {
      if (text.back() != '{') text += ",";
      text += fmt::format("{}:\"{}\"", logs::quoted_json(path), logs::time_text(until));
    }
    text += "}}\n";
  } else {
    text = report::render_incidents(view, look->render);
  }
  return write_stdout(text).map([] { return int{kClean}; });
}

constexpr Example kIncidentsExamples[] = {
    {"sudo stockade incidents", "who attacked in the last week, the worst first"},
    {"sudo stockade incidents --since 2h --format json", "of two hours, for a program"},
    {"sudo stockade incidents 17", "one of them, with lines of the log"},
};

}  // namespace

const Command kIncidents{"incidents",
                         "show the attacks that \"stockade watch\" recognised",
                         "Reads the database of the watcher; it may be at work meanwhile.",
                         kIncidentsExamples,
                         kIncidentsOptions,
                         {"ID", "one incident, with lines of the log", nullptr, false},
                         run_incidents};

}  // namespace stockade::cli
