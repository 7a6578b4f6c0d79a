// The generic cell rate algorithm: one number a client, equal to a token bucket, no window edges.
// That number is the moment at which the client owes nothing any more. Whatever the offer, no more
// than burst + rate x time passes. Source: ITU-T I.371, annex A.
#pragma once

#include <cstdint>

namespace stockade::limit {

// Sixteenths of a microsecond since the region was made. 52 bits last 8.9 years.
using Ticks = uint64_t;
constexpr Ticks kTicksPerMicrosecond = 16;
constexpr Ticks kTicksPerSecond = 1'000'000 * kTicksPerMicrosecond;
constexpr Ticks kMaxTicks = (Ticks{1} << 52) - 1;

// "10 in 1 s, burst 20": each request costs `cost`; a client may owe `depth` and no more.
struct Rate {
  Ticks cost = 0;
  Ticks depth = 0;

  constexpr bool unlimited() const { return cost == 0; }
};

// `count` requests in each `seconds` seconds, `burst` at once. The cost is rounded up: the promise
// is never exceeded. A count or burst of 0 means unlimited.
constexpr Rate make_rate(uint64_t count, uint64_t seconds, uint64_t burst) {
  if (count == 0 || burst == 0 || seconds == 0) return {};
  const Ticks cost = (seconds * kTicksPerSecond + count - 1) / count;
  return {cost, cost * burst};
}

// The same promise for a network that stands for 2^`doublings` clients. (Rounded up, so never 0
// where the rate is not.)
constexpr Rate doubled(Rate rate, unsigned doublings) {
  return {(rate.cost + (Ticks{1} << doublings) - 1) >> doublings, rate.depth};
}

struct Decision {
  bool pass = true;
  Ticks free_at = 0;  // the new value of the number; where it does not pass, the old one
  Ticks wait = 0;     // how long until the same request would pass
};

// `units` is what this request weighs: 1, or its kilobytes or milliseconds.
constexpr Decision decide(Ticks free_at, Ticks now, Rate rate, uint64_t units = 1) {
  const Ticks start = free_at > now ? free_at : now;
  const Ticks owed = start - now + rate.cost * units;
  if (owed <= rate.depth) return {true, start + rate.cost * units, 0};
  return {false, free_at, owed - rate.depth};
}

// Counts what has happened already (a 404, bytes sent): it is owed even beyond the depth, up to
// twice the depth, so that no single event locks a client out for longer.
constexpr Ticks owe(Ticks free_at, Ticks now, Rate rate, uint64_t units) {
  const Ticks start = free_at > now ? free_at : now;
  const Ticks limit = now + 2 * rate.depth;
  const Ticks sum = start + rate.cost * units;
  return sum < limit ? sum : limit;
}

}  // namespace stockade::limit
