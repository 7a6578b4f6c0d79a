// Events and incidents for programs: docs/formats/logs.md describes every field.
#pragma once

#include <string>
#include <vector>

#include "logs/incident/incident.h"
#include "logs/scan/scanner.h"

namespace stockade::logs {

// "2026-11-24T15:00:00Z"; "" for a time that is not known.
std::string time_text(Micros time);

std::string quoted_json(std::string_view text);

// One object without a line break. `logs`: the paths by the number that events carry.
std::string event_json(const Event& event, const std::vector<std::string>& logs);
std::string incident_json(const Incident& incident, const std::vector<std::string>& logs);
std::string summary_json(const std::vector<LogSummary>& logs, const IncidentBook& book,
                         double seconds);

// A stored incident back from its JSON; nothing where it is none of ours.
std::optional<Incident> incident_from_json(std::string_view json);

}  // namespace stockade::logs
