#include "stockade_ban/handover.h"

#include <fmt/format.h>

#include <algorithm>

#include "limit/network_text.h"
#include "stockade_ban/say.h"

namespace stockade::ban_helper {

namespace {

constexpr uint64_t kLongest = 86400 * 30;
constexpr limit::Seconds kTryAgain = 30;  // where the firewall cannot be used
constexpr int kStuckSteps = 20;           // a record that no writer finishes is stepped over
constexpr size_t kMostEvents = 65'536;    // of one step: the ring may be fed for ever

}  // namespace

void Handover::begin(const limit::Region& region) {
  tail_ = region.ring().head();
  everything_ = true;
}

// False: some were missed, or too many: everything has to be compared.
bool Handover::read_ring(const limit::Region& region, std::vector<limit::Event>& events) {
  const limit::EventRing ring = region.ring();
  bool complete = true;
  while (events.size() < kMostEvents) {
    const bool is_stuck = stuck_at_ == tail_ && stuck_for_ >= kStuckSteps;
    const auto reading = ring.read(tail_, is_stuck);
    if (reading.missed > 0) complete = false;
    if (!reading.got) break;
    events.push_back(reading.event);
  }
  if (tail_ < ring.head()) {
    stuck_for_ = stuck_at_ == tail_ ? stuck_for_ + 1 : 0;
    stuck_at_ = tail_;
  }
  return complete && events.size() < kMostEvents;
}

// Whether `ban` belongs into the firewall; says so in `changes` where it is not there yet.
bool Handover::want(const limit::Ban& ban, limit::Seconds now, std::vector<Change>& changes) {
  if (ban.until <= now || ban.forwarded) return false;
  if (guard_.refuses(ban.network)) {
    ++counts_.spared;
    return false;
  }
  const limit::Seconds until = std::min(ban.until, now + kLongest);
  const auto found = in_force_.find(ban.network);
  if (found != in_force_.end() && found->second == until) return true;
  if (found == in_force_.end() && in_force_.size() >= kMaxInSet) return false;
  // An element keeps the timeout it was made with: another one begins anew.
  if (found != in_force_.end() && found->second > now) changes.push_back({ban.network, 0});
  in_force_[ban.network] = until;
  changes.push_back({ban.network, until - now});
  return true;
}

void Handover::compare(const limit::Region& region, std::vector<Change>& changes) {
  const limit::Seconds now = region.seconds();
  std::vector<limit::Ban> bans(region.bans().list({}, now) + 64);
  bans.resize(std::min(region.bans().list(bans, now), bans.size()));
  counts_.spared = 0;
  Until wanted;
  wanted.reserve(bans.size());
  in_force_.reserve(bans.size());
  for (const limit::Ban& ban : bans) {
    if (want(ban, now, changes)) wanted[ban.network] = in_force_[ban.network];
  }
  for (const auto& [network, until] : in_force_) {
    if (until > now && !wanted.contains(network)) changes.push_back({network, 0});
  }
  in_force_ = std::move(wanted);
}

void Handover::follow(const std::vector<limit::Event>& events, limit::Seconds now,
                      std::vector<Change>& changes) {
  for (const limit::Event& event : events) {
    if (event.kind == limit::EventKind::unbanned) {
      if (in_force_.erase(event.network) > 0) changes.push_back({event.network, 0});
    } else if (event.kind == limit::EventKind::banned) {
      want({event.network, event.until, event.level, event.reason, event.forwarded}, now, changes);
    }
  }
}

bool Handover::install() {
  const std::string failure = firewall_->install();
  if (failure.empty()) {
    if (!works_) say("the firewall takes bans now");
    works_ = true;
    in_force_.clear();
    everything_ = true;
    return true;
  }
  if (works_ || next_try_ == 0) {
    say(
        fmt::format("the firewall takes no bans ({}); httpd keeps them alone, and this is tried "
                    "again each {} seconds",
                    failure, kTryAgain));
  }
  works_ = false;
  return false;
}

void Handover::hand(const std::vector<Change>& changes) {
  if (changes.empty()) return;
  if (firewall_ == nullptr) {
    for (const Change& change : changes) {
      char name[limit::kNetworkText];
      limit::to_text(change.network, name);
      say(change.seconds > 0 ? fmt::format("would ban {} for {} s", name, change.seconds)
                             : fmt::format("would lift the ban of {}", name));
    }
    return;
  }
  // What is taken away goes first, so that a ban that begins anew does not meet its old self.
  std::vector<Change> ordered;
  for (const bool adds : {false, true}) {
    for (const Change& change : changes) {
      if ((change.seconds > 0) == adds) ordered.push_back(change);
    }
  }
  const size_t failed = firewall_->apply(ordered);
  counts_.handed += ordered.size() - failed;
  counts_.failed += failed;
  if (failed == 0) return;
  say(fmt::format("{} of {} changes were not taken: {}", failed, ordered.size(),
                  firewall_->error()));
  // Perhaps somebody flushed the ruleset: the table is made again, and everything handed over.
  if (failed < ordered.size()) return;
  works_ = false;
  next_try_ = 0;
}

void Handover::step(const limit::Region& region, bool whole) {
  const limit::Seconds now = region.seconds();
  if (firewall_ != nullptr && !works_) {
    if (now < next_try_) return;
    const bool installed = install();
    next_try_ = now + kTryAgain;
    if (!installed) return;
  }
  std::vector<limit::Event> events;
  if (!read_ring(region, events)) everything_ = true;
  if (events.empty() && !whole && !everything_) return;
  guard_.refresh(region);
  std::vector<Change> changes;
  if (whole || everything_) {
    compare(region, changes);
  } else {
    follow(events, now, changes);
  }
  everything_ = false;
  hand(changes);
}

}  // namespace stockade::ban_helper
