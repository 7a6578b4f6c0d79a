#include "logs/incident/tracker.h"

#include <algorithm>

namespace stockade::logs {

namespace {

// One certain sign, two or three weaker ones within minutes (data/signatures says how heavy).
constexpr float kSuspicionFull = 10;
// A page with twenty broken links is rare, and most of its visitors' requests succeed.
constexpr float kMissesFull = 20;
// Who mistypes a password tries three or four times; programs do not stop.
constexpr float kFastFull = 6, kSlowFull = 10, kLastingFull = 12;
// 20 requests a second run out; 2,000 more than that are no reader.
constexpr float kRequestsFull = 2000;
constexpr int kManyAccounts = 4;     // names that do not exist, within hours
constexpr int kManyAgents = 8;       // one client under many names, and refused
constexpr int kManyMembers = 12;     // clients at one account; a Group counts no further
constexpr int kManyNeighbours = 10;  // clients of one network
constexpr Micros kMinute = 60 * kSecond;
constexpr Micros kHalfHour = 30 * kMinute;
constexpr Micros kGroupPatience = 60 * kMinute;

constexpr uint8_t intent_bit(Intent intent) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(intent));
}

// Whether this target did not count just before; then it does now.
bool is_new_target(Client& client, uint64_t hash) {
  const auto small = static_cast<uint16_t>(hash >> 48);
  for (const uint16_t recent : client.recent) {
    if (recent == small) return false;
  }
  client.recent[client.recent_at] = small;
  client.recent_at = static_cast<uint8_t>((client.recent_at + 1) % client.recent.size());
  return true;
}

std::vector<uint32_t> each_once(std::vector<uint32_t>& places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

bool is_miss(const Sighting& sighting) {
  switch (sighting.status) {
    case 400:
    case 403:
    case 404:
    case 405:
    case 410:
    case 414:
    case 501:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct Tracker::Step {
  const Sighting& sighting;
  const LinePlace& place;
  std::string_view account;
  Client* client = nullptr;
};

void Tracker::accuse(Step& step, Family family, uint64_t before, Micros since) {
  Client& client = *step.client;
  Accused accused;
  accused.address = client.key;
  accused.host = step.sighting.source;
  accused.several_hosts = (client.flags & kSeveralHosts) != 0;
  Incident* const incident = book_->add(accused, family, step.sighting, step.place, before, since);
  if (incident != nullptr && family == Family::intrusion) incident->outcome = Outcome::logged_in;
  client.condemned |= intent_bit(intent_of(family));
  if (before != 0) client.hostile_lines = 0;
}

// The group with this client in it.
Group& Tracker::group_of(uint64_t key, const Step& step) {
  Group& group = groups_.of(key, step.client->seen, kGroupPatience);
  group.members.add(step.sighting.client_hash);
  ++group.lines;
  if (remembers_) changed_groups_.push_back(static_cast<uint32_t>(groups_.index_of(group)));
  return group;
}

// Many of one network, or many at one account: each of them may stay below every limit.
void Tracker::see_group(Step& step, Family family) {
  const Sighting& sighting = step.sighting;
  const Ip network = sighting.source.network(sighting.source.is_ipv4() ? 24 : 48);
  Group& neighbours = group_of(hash_of(network) ^ static_cast<uint64_t>(intent_of(family)), step);
  if (neighbours.members.count >= kManyNeighbours) {
    Accused accused;
    accused.kind = SourceKind::network;
    accused.address = network;
    accused.prefix = sighting.source.is_ipv4() ? 24 : 48;
    book_->add(accused, family, sighting, step.place, neighbours.accused ? 0 : neighbours.lines - 1,
               neighbours.since);
    neighbours.accused = true;
  }
  if (step.account.empty()) return;
  Group& attackers = group_of(hash_of(step.account) ^ 0x5555, step);
  if (attackers.members.count >= kManyMembers) {
    Accused accused;
    accused.kind = SourceKind::account;
    accused.account = step.account.substr(0, 64);
    book_->add(accused, family, sighting, step.place, attackers.accused ? 0 : attackers.lines - 1,
               attackers.since);
    attackers.accused = true;
  }
}

void Tracker::see_refused_login(Step& step, float weight, Family family) {
  Client& client = *step.client;
  const Sighting& sighting = step.sighting;
  const auto count = static_cast<float>(sighting.repeats) * weight;
  if (client.lasting.level == 0) {
    client.first_failure = client.seen;
    client.accounts = {};
    client.failure_lines = 0;
  }
  client.fast.level += count;
  client.slow.level += count;
  client.lasting.level += count;
  if (sighting.login == Login::invalid_user) client.accounts.add(sighting.target_hash);
  const bool many_names =
      client.accounts.count >= kManyAccounts && client.seen - client.first_failure >= kHalfHour;
  const bool full = client.fast.level >= kFastFull || client.slow.level >= kSlowFull ||
                    client.lasting.level >= kLastingFull || many_names;
  if (full || (client.condemned & intent_bit(intent_of(family))) != 0) {
    accuse(step, family, client.failure_lines, client.first_failure);
    client.failure_lines = 0;
  } else {
    client.failure_lines += sighting.repeats;
  }
  see_group(step, family);
}

// Passwords were tried until one was right: the one line that somebody must see.
bool Tracker::see_success(Step& step) {
  Client& client = *step.client;
  const bool after_failures = (client.condemned & intent_bit(Intent::credentials)) != 0 &&
                              client.lasting.level >= kFastFull / 2;
  if (after_failures) accuse(step, Family::intrusion, 0, 0);
  return after_failures;
}

std::optional<Family> Tracker::see_login(Step& step) {
  const Sighting& sighting = step.sighting;
  Client& client = *step.client;
  if (sighting.login == Login::accepted && !sighting.doubtful) {
    if (see_success(step)) return Family::intrusion;
    if (sighting.counts) return Family::ssh_login;  // other names were tried first
    client.fast.level = client.slow.level = 0;
    return std::nullopt;
  }
  if (sighting.families == 0) return std::nullopt;
  if (sighting.doubtful) return sighting.family;
  if (sighting.weight >= 10) {
    accuse(step, sighting.family, 0, 0);
    return sighting.family;
  }
  // Who leaves before a login may be a monitor: it counts for less.
  const float weight = static_cast<float>(sighting.weight) / 2;
  see_refused_login(step, sighting.family == Family::ssh_scan ? 0.5F : weight, sighting.family);
  return sighting.family;
}

std::optional<Family> Tracker::see_signature(Step& step) {
  const Sighting& sighting = step.sighting;
  Client& client = *step.client;
  const Family family = sighting.family;
  const float weight = sighting.weight;
  if (family == Family::crawling) return family;  // who reads, and says so, does no harm by that
  if (client.hostile_lines == 0) client.first_hostile = client.seen;
  // The same thing asked for again says little more.
  const bool again = !is_new_target(client, sighting.target_hash) && weight < 5;
  client.suspicion.level += again ? weight / 4 : weight;
  const uint8_t bit = intent_bit(intent_of(family));
  const bool heavy = weight >= 3 && client.condemned != 0;
  if (client.suspicion.level >= kSuspicionFull || (client.condemned & bit) != 0 || heavy) {
    accuse(step, family, client.hostile_lines, client.first_hostile);
    client.hostile_lines = 0;
  } else {
    ++client.hostile_lines;
  }
  if (intent_of(family) == Intent::exploitation && weight >= 5) see_group(step, family);
  return family;
}

void Tracker::see_miss(Step& step, std::optional<Family>& event) {
  const Sighting& sighting = step.sighting;
  Client& client = *step.client;
  ++client.miss_count;
  client.agents.add(sighting.agent_hash);
  // A picture that a page names and that is gone is the site's fault.
  const bool broken_link = sighting.is_static && sighting.has_referer;
  if (!broken_link && is_new_target(client, sighting.target_hash)) client.misses.level += 1;
  const bool mostly = client.miss_count * 2 >= client.request_count;
  const bool many_agents = client.agents.count >= kManyAgents && mostly;
  const bool condemned = (client.condemned & intent_bit(Intent::reconnaissance)) != 0 && mostly;
  if (!((client.misses.level >= kMissesFull && mostly) || many_agents || condemned)) return;
  if (event) return;  // the signature's incident has it already
  accuse(step, Family::probing, condemned ? 0 : client.miss_count - 1, 0);
  event = Family::probing;
}

std::optional<Family> Tracker::see_request(Step& step) {
  const Sighting& sighting = step.sighting;
  Client& client = *step.client;
  ++client.request_count;
  const bool trusted = sighting.known_user;

  std::optional<Family> event;
  if (sighting.families != 0) event = see_signature(step);
  if (!trusted && is_miss(sighting)) see_miss(step, event);
  if (sighting.login_form) {
    see_refused_login(step, 1, Family::web_login);
    if (!event && client.fast.level + client.slow.level > 4) event = Family::web_login;
  } else if (sighting.status == 401) {
    // A browser's first request of a protected page, without a name, is refused too.
    see_refused_login(step, sighting.of_account ? 1 : 0.3F, Family::web_login);
    if (!event && sighting.of_account) event = Family::web_login;
  } else if (trusted) {
    // Once: the requests that follow tell no more.
    if (see_success(step)) {
      event = Family::intrusion;
      client.lasting.level = 0;
    }
    client.fast.level = client.slow.level = 0;
  }
  if (!trusted) {
    client.requests.level += sighting.is_static ? 0.2F : 1.0F;
    if (client.requests.level >= kRequestsFull) {
      client.requests.level = kRequestsFull / 2;
      accuse(step, Family::flood, static_cast<uint64_t>(kRequestsFull / 2), 0);
      if (!event) event = Family::flood;
    }
  }
  return event;
}

std::optional<Family> Tracker::see(const Sighting& sighting, const LinePlace& place,
                                   std::string_view account) {
  clock_ = std::max(clock_, sighting.time);
  if (!sighting.has_source) {
    return sighting.families != 0 ? std::optional(sighting.family) : std::nullopt;
  }
  Client& client = clients_.of(sighting.source, sighting.client_hash,
                               sighting.time != 0 ? sighting.time : clock_);
  if (remembers_) changed_clients_.push_back(static_cast<uint32_t>(clients_.index_of(client)));
  if (!sighting.source.is_ipv4()) {
    const auto tail = static_cast<uint8_t>(
        hash_of({reinterpret_cast<const char*>(sighting.source.bytes.data()) + 8, 8}) | 1);
    if (client.last_byte != 0 && client.last_byte != tail) client.flags |= kSeveralHosts;
    client.last_byte = tail;
  }
  Step step{sighting, place, account, &client};
  switch (sighting.kind) {
    case LineKind::access:
      return see_request(step);
    case LineKind::auth:
      return see_login(step);
    default:
      break;
  }
  if (sighting.families == 0) return std::nullopt;
  if (sighting.family == Family::web_login) {
    see_refused_login(step, 1, Family::web_login);
    return sighting.family;
  }
  return see_signature(step);
}

void Tracker::forget_changes() {
  changed_clients_.clear();
  changed_groups_.clear();
}

std::vector<uint32_t> Tracker::changed_clients() { return each_once(changed_clients_); }

std::vector<uint32_t> Tracker::changed_groups() { return each_once(changed_groups_); }

}  // namespace stockade::logs
