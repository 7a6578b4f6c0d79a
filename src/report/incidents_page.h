// Incidents for somebody who has a minute: what happened, whether it succeeded, what to look at.
#pragma once

#include "logs/incident/incident.h"
#include "logs/scan/scanner.h"
#include "report/report.h"

namespace stockade::report {

struct IncidentsView {
  const std::vector<logs::LogSummary>* logs = nullptr;  // null: incidents of a store
  std::vector<const logs::Incident*> incidents;         // the worst first
  uint64_t not_kept = 0;
  // Of a store, in microseconds: the incidents are those since then, `older` came before, and each
  // of its logs was read until its `read_until`.
  logs::Micros since = 0, now = 0;
  std::map<std::string, logs::Micros> read_until;
  uint64_t older = 0;
  size_t most = 15;  // incidents shown in full; 0: all
};

std::string render_incidents(const IncidentsView& view, const RenderOptions& options);
// One incident with its sample lines.
std::string render_incident(const logs::Incident& incident, const RenderOptions& options);

}  // namespace stockade::report
