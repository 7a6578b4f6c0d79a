// What only several lines show: the same client coming back, many accounts tried, many clients at
// one account. It decides which sightings are events and which events make an incident.
//
// One weak sign never condemns, nor does speed of reading alone; a visitor who is logged in is
// judged by signatures only. Thresholds stand in tracker.cc, each with its reason.
#pragma once

#include <optional>

#include "logs/incident/incident.h"
#include "logs/recognise/client_table.h"
#include "logs/recognise/group_table.h"

namespace stockade::logs {

class Tracker {
 public:
  explicit Tracker(IncidentBook& book) : book_(&book) {}

  // The family of the event that this line is; nothing for an ordinary line. Lines come in the
  // order of the log. `account` is the name that a login tried, where one did.
  std::optional<Family> see(const Sighting& sighting, const LinePlace& place,
                            std::string_view account);

  ClientTable& clients() { return clients_; }
  // So that its client is at hand when it is seen, soon: first its set, somewhat later itself.
  void fetch_set(const Sighting& sighting) const { clients_.fetch_set(sighting.client_hash); }
  void fetch_client(const Sighting& sighting) const { clients_.fetch_client(sighting.client_hash); }
  Micros clock() const { return clock_; }  // the newest time of a line
  GroupTable& groups() { return groups_; }
  // From now on it is remembered who changes, for a store; until forget_changes.
  void remember_changes() { remembers_ = true; }
  std::vector<uint32_t> changed_clients();
  std::vector<uint32_t> changed_groups();
  void forget_changes();

 private:
  struct Step;
  std::optional<Family> see_request(Step& step);
  bool see_success(Step& step);
  std::optional<Family> see_login(Step& step);
  std::optional<Family> see_signature(Step& step);
  void see_miss(Step& step, std::optional<Family>& event);
  void see_refused_login(Step& step, float weight, Family family);
  void see_group(Step& step, Family family);
  Group& group_of(uint64_t key, const Step& step);
  void accuse(Step& step, Family family, uint64_t before, Micros since);

  IncidentBook* book_;
  ClientTable clients_;
  GroupTable groups_;
  Micros clock_ = 0;  // the newest time seen; of lines that have none
  bool remembers_ = false;
  std::vector<uint32_t> changed_clients_, changed_groups_;
};

}  // namespace stockade::logs
