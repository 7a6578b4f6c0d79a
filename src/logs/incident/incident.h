// Who did what, when, and did it succeed: events of one source and one intent, joined.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "logs/recognise/recogniser.h"

namespace stockade::logs {

// How it ended, as far as the log tells.
enum class Outcome : uint8_t {
  refused,    // everything was denied, or was not there
  failed,     // the server answered with an error of its own: look at it
  answered,   // something hostile was answered as if it were right: look at it
  logged_in,  // a login succeeded after many that failed
};
std::string_view name_of(Outcome outcome);

// What an incident's source is.
enum class SourceKind : uint8_t { client, network, account };

struct SampleLine {
  uint32_t file = 0;  // of the scan or the follower: which log
  uint64_t line = 0;  // 1 is the first
  std::string text;   // cut, otherwise as it stands in the log
};

struct Incident {
  uint64_t id = 0;
  SourceKind kind = SourceKind::client;
  std::string source;  // an address, a network, or "account NAME"
  Ip address;          // all zero where the source is an account
  Intent intent{};
  Family family{};        // the one of most lines
  uint32_t families = 0;  // one bit each
  std::map<Family, uint64_t> lines_of;
  Micros first = 0;
  Micros last = 0;
  uint64_t lines = 0;
  uint64_t answered = 0;  // lines with a status of 200 to 299
  uint64_t errors = 0;    // ... of 500 and more
  Outcome outcome = Outcome::refused;
  std::vector<SampleLine> samples;
  bool back_fill = false;  // its newest line was written while nobody followed
  bool changed = true;     // since it was last stored
};

struct LinePlace {
  uint32_t file = 0;
  uint64_t line = 0;
  std::string_view text;
  bool back_fill = false;  // written while nobody followed
};

// Who is accused: told apart by a number, so that a line costs no text.
struct Accused {
  SourceKind kind = SourceKind::client;
  Ip address;          // the client's key or the network's first address; all zero: an account
  uint8_t prefix = 0;  // of a network
  bool several_hosts = false;  // of an IPv6 client's /64
  Ip host;                     // the address that the line names
  std::string_view account;
};

// What a reader should see first comes first.
void sort_by_weight(std::vector<const Incident*>& incidents);

// All incidents of a run, bounded in number: what comes beyond is counted, not kept.
class IncidentBook {
 public:
  explicit IncidentBook(size_t most = kMostIncidents) : most_(most) {}
  static constexpr size_t kMostIncidents = 20'000;
  static constexpr size_t kSamples = 3;

  // Adds a line, opening the incident where there is none; `before` are earlier lines of the same
  // source that led to it, the first of them at `since`.
  Incident* add(const Accused& accused, Family family, const Sighting& sighting,
                const LinePlace& place, uint64_t before, Micros since);

  std::vector<const Incident*> by_weight() const;  // what a reader should see first comes first
  size_t size() const { return incidents_.size(); }
  uint64_t not_kept() const { return not_kept_; }
  // For a store: all whose `changed` is set. Who has stored them takes the mark off.
  std::vector<Incident*> changed();
  void restore(Incident incident);
  // Forgets those that were quiet since `before`; the store has them.
  void drop_quiet(Micros before);
  void set_next_id(uint64_t id) { next_id_ = id; }
  uint64_t next_id() const { return next_id_; }

 private:
  std::unordered_map<uint64_t, Incident> incidents_;  // by a hash of source and intent
  size_t most_;
  uint64_t next_id_ = 1;
  uint64_t not_kept_ = 0;
};

}  // namespace stockade::logs
