#include "report/incidents_page.h"

#include <fmt/format.h>

#include "logs/incident/json.h"
#include "report/pen.h"

namespace stockade::report {

namespace {

using logs::Family;
using logs::Incident;
using logs::Outcome;

// What a reader wants to know of an outcome, and in which colour.
struct OutcomeWords {
  const char* text;
  Ink ink;
};
OutcomeWords words_of(const Incident& incident) {
  switch (incident.outcome) {
    case Outcome::logged_in:
      return {"LOGGED IN: change the password, look at what was done", Ink::critical};
    case Outcome::answered:
      return {"some of it was answered with 2xx: look at those", Ink::high};
    case Outcome::failed:
      return {"the server failed on some of it: look at its error log", Ink::medium};
    case Outcome::refused:
      break;
  }
  return {"refused", Ink::faint};
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

// "1 line", "2 lines".
std::string lines_of(uint64_t count) { return grouped(count) + (count == 1 ? " line" : " lines"); }

std::string span_of(const Incident& incident) {
  const std::string first = logs::time_text(incident.first);
  const std::string last = logs::time_text(incident.last);
  if (first.empty()) return "no time in the log";
  if (first.substr(0, 16) == last.substr(0, 16))
    return first.substr(0, 10) + " " + first.substr(11, 5);
  if (first.substr(0, 10) == last.substr(0, 10)) {
    return first.substr(0, 10) + " " + first.substr(11, 5) + " to " + last.substr(11, 5);
  }
  return first.substr(0, 10) + " " + first.substr(11, 5) + " to " + last.substr(0, 10) + " " +
         last.substr(11, 5);
}

std::string families_of(const Incident& incident) {
  std::vector<std::pair<uint64_t, Family>> order;
  for (const auto& [family, lines] : incident.lines_of) order.emplace_back(lines, family);
  std::sort(order.rbegin(), order.rend());
  std::string text;
  for (const auto& [lines, family] : order) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", logs::name_of(family), grouped(lines));
  }
  return text;
}

void write_incident(Pen& pen, const Incident& incident) {
  const OutcomeWords outcome = words_of(incident);
  pen.line(fmt::format("  {}  {}  {}", pen.dye(Ink::strong, pad(pen.safe(incident.source), 24)),
                       pad(std::string(logs::name_of(incident.intent)), 15),
                       pen.dye(outcome.ink, outcome.text)));
  pen.line(fmt::format("      #{}  {}, {} UTC", incident.id, lines_of(incident.lines),
                       span_of(incident)));
  pen.labelled("    ", families_of(incident), 2);
}

void write_logs(Pen& pen, const IncidentsView& view) {
  uint64_t lines = 0, understood = 0;
  for (const logs::LogSummary& log : *view.logs) {
    lines += log.lines;
    understood += log.understood;
  }
  pen.line(fmt::format("{} lines of {} {}, {} understood, {} incidents", grouped(lines),
                       view.logs->size(), view.logs->size() == 1 ? "log" : "logs",
                       grouped(understood), grouped(view.incidents.size())));
  for (const logs::LogSummary& log : *view.logs) {
    if (!log.problem.empty()) pen.labelled(pen.dye(Ink::high, "  ! "), pen.safe(log.problem), 3);
    if (log.drift) {
      pen.labelled(pen.dye(Ink::high, "  ! "),
                   fmt::format("{}: not understood: {}, from line {} on, like this: {}",
                               pen.safe(log.path), lines_of(log.drift->lines),
                               log.drift->first_line, pen.safe(log.drift->shape)),
                   4);
    } else if (log.understood < log.lines) {
      pen.labelled(
          "  ",
          fmt::format("{}: not understood: {}, the first of them: {}", pen.safe(log.path),
                      lines_of(log.lines - log.understood), pen.safe(log.first_not_understood)),
          3);
    }
    if (log.trouble.cut_lines > 0) {
      pen.line(fmt::format("  {}: longer than 64 KiB, and looked at no further: {}",
                           pen.safe(log.path), lines_of(log.trouble.cut_lines)));
    }
  }
}

}  // namespace

// What it is of, and how far it goes: a watcher that stands still sees nothing.
void write_store(Pen& pen, const IncidentsView& view) {
  constexpr logs::Micros kLate = 600 * logs::kSecond;
  pen.line(fmt::format("{} incidents since {}", grouped(view.incidents.size()),
                       logs::time_text(view.since)));
  if (view.older > 0)
    pen.line(fmt::format("{} before that; --since shows them", grouped(view.older)));
  if (view.read_until.empty()) pen.line("the watcher has not read any log yet");
  for (const auto& [path, until] : view.read_until) {
    if (view.now - until > kLate)
      pen.line(fmt::format("{} was last read at {}: what came later is not in here", pen.safe(path),
                           logs::time_text(until)));
  }
}

std::string render_incidents(const IncidentsView& view, const RenderOptions& options) {
  Pen pen(options);
  if (view.logs != nullptr) {
    write_logs(pen, view);
  } else {
    write_store(pen, view);
  }
  pen.line();
  const bool was_read = view.logs != nullptr || !view.read_until.empty();
  if (view.incidents.empty() && was_read)
    pen.line("Nothing that was recognised here adds up to an attack.");
  size_t shown = 0;
  for (const Incident* incident : view.incidents) {
    if (view.most != 0 && shown == view.most) break;
    write_incident(pen, *incident);
    ++shown;
  }
  if (shown < view.incidents.size()) {
    pen.line();
    pen.line(
        fmt::format("  and {} more; --all shows them", grouped(view.incidents.size() - shown)));
  }
  if (view.not_kept > 0) {
    pen.line(fmt::format("  {} lines would have opened an incident beyond the {} that are kept",
                         grouped(view.not_kept), grouped(logs::IncidentBook::kMostIncidents)));
  }
  return pen.take();
}

std::string render_incident(const logs::Incident& incident, const RenderOptions& options) {
  Pen pen(options);
  write_incident(pen, incident);
  pen.line();
  pen.line("  lines of it, as they stand in the log:");
  for (const logs::SampleLine& sample : incident.samples) {
    pen.line(
        fmt::format("  {:>8}  {}", sample.line, pen.fit(pen.safe(sample.text), pen.width() - 12)));
  }
  return pen.take();
}

}  // namespace stockade::report
