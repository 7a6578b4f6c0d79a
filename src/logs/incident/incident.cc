#include "logs/incident/incident.h"

#include <fmt/format.h>

#include <algorithm>

namespace stockade::logs {

namespace {

constexpr size_t kSampleLength = 240;

// Families whose lines are hostile whatever the answer: one that was answered is worth a look.
bool is_telling(Family family) {
  return intent_of(family) == Intent::exploitation || family == Family::sensitive_file ||
         family == Family::open_proxy;
}

void count_line(Incident& incident, Family family, const Sighting& sighting) {
  incident.lines += sighting.repeats;
  incident.families |= sighting.families | 1U << static_cast<unsigned>(family);
  uint64_t& of_family = incident.lines_of[family];
  of_family += sighting.repeats;
  if (of_family > incident.lines_of[incident.family]) incident.family = family;
  if (sighting.time != 0) {
    if (incident.first == 0 || sighting.time < incident.first) incident.first = sighting.time;
    incident.last = std::max(incident.last, sighting.time);
  }
  if (sighting.kind == LineKind::access) {
    if (sighting.status >= 200 && sighting.status < 300) {
      ++incident.answered;
      if (is_telling(family)) incident.outcome = std::max(incident.outcome, Outcome::answered);
    } else if (sighting.status >= 500) {
      ++incident.errors;
      if (is_telling(family)) incident.outcome = std::max(incident.outcome, Outcome::failed);
    }
  }
  incident.changed = true;
}

uint64_t key_of(SourceKind kind, const Ip& address, std::string_view account, Intent intent) {
  const uint64_t own = kind == SourceKind::account ? hash_of(account) : hash_of(address);
  return own ^
         (static_cast<uint64_t>(kind) << 8 | static_cast<uint64_t>(intent)) * 0x9E3779B97F4A7C15;
}

std::string source_text(const Accused& accused) {
  switch (accused.kind) {
    case SourceKind::account:
      return "account " + std::string(accused.account);
    case SourceKind::network:
      return fmt::format("{}/{}", accused.address.text(), accused.prefix);
    case SourceKind::client:
      break;
  }
  if (accused.several_hosts && !accused.host.is_ipv4()) return accused.address.text() + "/64";
  return accused.host.text();
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  constexpr std::string_view kNames[] = {"refused", "failed", "answered", "logged-in"};
  return kNames[static_cast<size_t>(outcome)];
}

Incident* IncidentBook::add(const Accused& accused, Family family, const Sighting& sighting,
                            const LinePlace& place, uint64_t before, Micros since) {
  const Intent intent = intent_of(family);
  const uint64_t key = key_of(accused.kind, accused.address, accused.account, intent);
  auto at = incidents_.find(key);
  if (at == incidents_.end()) {
    if (incidents_.size() >= most_) {
      ++not_kept_;
      return nullptr;
    }
    Incident incident;
    incident.id = next_id_++;
    incident.kind = accused.kind;
    incident.source = source_text(accused);
    incident.address = accused.address;
    incident.intent = intent;
    incident.family = family;
    // Lines that are late may lie before those that led here.
    incident.first = since != 0 && sighting.time != 0 ? std::min(since, sighting.time)
                                                      : std::max(since, sighting.time);
    incident.last = std::max(since, sighting.time);
    incident.lines = before;
    if (before > 0) incident.lines_of[family] = before;
    at = incidents_.emplace(key, std::move(incident)).first;
  }
  Incident& incident = at->second;
  // A second host of the same /64 joined in.
  if (accused.several_hosts && !incident.source.ends_with("/64") && !accused.host.is_ipv4()) {
    incident.source = source_text(accused);
  }
  count_line(incident, family, sighting);
  incident.back_fill = place.back_fill;
  if (incident.samples.size() < kSamples) {
    incident.samples.push_back(
        {place.file, place.line, std::string(place.text.substr(0, kSampleLength))});
  }
  return &incident;
}

void sort_by_weight(std::vector<const Incident*>& order) {
  std::sort(order.begin(), order.end(), [](const Incident* a, const Incident* b) {
    if (a->intent != b->intent &&
        (a->intent == Intent::intrusion || b->intent == Intent::intrusion)) {
      return a->intent == Intent::intrusion;
    }
    if (a->outcome != b->outcome) return a->outcome > b->outcome;
    if (a->lines != b->lines) return a->lines > b->lines;
    return a->id < b->id;
  });
}

std::vector<const Incident*> IncidentBook::by_weight() const {
  std::vector<const Incident*> order;
  order.reserve(incidents_.size());
  for (const auto& [key, incident] : incidents_) order.push_back(&incident);
  sort_by_weight(order);
  return order;
}

std::vector<Incident*> IncidentBook::changed() {
  std::vector<Incident*> changed;
  for (auto& [key, incident] : incidents_) {
    if (incident.changed) changed.push_back(&incident);
  }
  return changed;
}

void IncidentBook::restore(Incident incident) {
  incident.changed = false;
  next_id_ = std::max(next_id_, incident.id + 1);
  const std::string_view account =
      std::string_view(incident.source).substr(incident.kind == SourceKind::account ? 8 : 0);
  const uint64_t key = key_of(incident.kind, incident.address, account, incident.intent);
  incidents_.insert_or_assign(key, std::move(incident));
}

void IncidentBook::drop_quiet(Micros before) {
  std::erase_if(incidents_, [&](const auto& entry) {
    return !entry.second.changed && entry.second.last < before;
  });
}

}  // namespace stockade::logs
