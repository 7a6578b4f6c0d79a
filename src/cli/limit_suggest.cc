// Limits for what was seen: each class keeps, of every request that passed, how much its client
// owed then. The burst that would have been enough for nearly all of them follows from it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cli/limit_table.h"
#include "cli/output.h"

namespace stockade::cli {
namespace {

constexpr Option kLimitSuggestOptions[] = {kTableOption};

// Fewer requests say nothing about one in a thousand.
constexpr uint64_t kEnough = 10'000;
constexpr uint64_t kEnoughSeconds = 86400;

struct Seen {
  std::string name;
  limit::Totals totals;
  limit::Rate rate;
  uint64_t seconds = 0;
};

// The least burst under which `per_thousand` of the requests that passed would have passed too. The
// counts stand at powers of two, so it is at most twice too large.
uint64_t burst_for(const Seen& seen, uint64_t per_thousand) {
  uint64_t below = 0;
  for (size_t bits = 0; bits < limit::kDebts; ++bits) {
    below += seen.totals.passed_at[bits];
    if (below * 1000 < seen.totals.passed * per_thousand) continue;
    const uint64_t most = bits == 0 ? 0 : ((uint64_t{1} << (bits - 1)) - 1) * 2 + 1;
    return std::max<uint64_t>(
        1, (std::min(most, seen.rate.depth) + seen.rate.cost - 1) / seen.rate.cost);
  }
  return seen.rate.depth / seen.rate.cost;
}

// 23 as 30, 1234 as 1500: nobody believes three digits of this.
uint64_t rounded_up(uint64_t value) {
  uint64_t unit = 1;
  while (value > 20 * unit) unit *= 10;
  const uint64_t step = value > 10 * unit ? 5 * unit : unit;
  return (value + step - 1) / step * step;
}

// In the first unit in which it is a whole number, or nearly.
std::string rate_word(limit::Rate rate, uint64_t times) {
  const double per_second =
      double{limit::kTicksPerSecond} / static_cast<double>(rate.cost) * static_cast<double>(times);
  constexpr struct {
    const char* name;
    double seconds;
  } kUnits[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"day", 86400}};
  for (const auto& unit : kUnits) {
    const double count = per_second * unit.seconds;
    if (count >= 0.99 && std::abs(count - std::round(count)) < 0.01 * count) {
      return fmt::format("{:.0f}/{}", count, unit.name);
    }
  }
  return fmt::format("{:.0f}/day", std::max(1.0, std::ceil(per_second * 86400)));
}

std::string evidence(const Seen& seen) {
  return fmt::format("# {}: {} requests passed, {} were denied, {} would have been, in {}\n",
                     seen.name, seen.totals.passed, seen.totals.denied, seen.totals.would_deny,
                     duration(seen.seconds));
}

std::string suggestion(const Seen& seen) {
  const uint64_t over = seen.totals.denied + seen.totals.would_deny;
  const uint64_t all = seen.totals.passed + over;
  std::string text = evidence(seen);
  if (seen.totals.passed == 0) return text + "# nothing is known of who stays within a limit\n\n";
  if (all < kEnough) {
    text += fmt::format("# too few to tell one in a thousand ({} are wanted): a first guess only\n",
                        kEnough);
  }
  if (seen.seconds < kEnoughSeconds) text += "# less than a day: other hours may be busier\n";
  const uint64_t burst = seen.rate.depth / seen.rate.cost;
  if (over * 1000 > all) {
    // How much more they would have wanted was not counted: one step up, then look again.
    text += fmt::format(
        "# {:.1f} % came over the limit. If \"stockade limit top\" shows attackers, keep it; if "
        "it\n"
        "# shows users, try twice as much in a dry run:\n"
        "StockadeLimit {} {} burst={} dry\n\n",
        100.0 * static_cast<double>(over) / static_cast<double>(all), seen.name,
        rate_word(seen.rate, 2), 2 * burst);
    return text;
  }
  const uint64_t needed = burst_for(seen, 999);
  const uint64_t proposed = std::min(burst, rounded_up(2 * needed));
  text += fmt::format(
      "# 999 of 1,000 needed a burst of at most {} at {}; twice that leaves room:\n"
      "StockadeLimit {} {} burst={}\n\n",
      needed, rate_word(seen.rate, 1), seen.name, rate_word(seen.rate, 1), proposed);
  return text;
}

Result<int> run_suggest(const Arguments& arguments) {
  const auto region = open_table(arguments, false);
  if (!region) return tl::make_unexpected(region.error());
  std::string text;
  for (uint8_t i = 0; i < limit::kMaxRules; ++i) {
    Seen seen;
    const limit::RuleInfo& info = region->header().rules[i];
    seen.totals = limit::totals_of(region->header(), i);
    seen.rate = {std::min(info.cost.load(), limit::kMaxTicks),
                 std::min(info.depth.load(), limit::kMaxTicks)};
    seen.seconds = region->seconds();
    const bool is_limit = seen.rate.cost != 0 && seen.rate.depth >= seen.rate.cost;
    if (!is_limit || seen.totals.passed + seen.totals.denied + seen.totals.would_deny == 0)
      continue;
    seen.name = class_name(*region, i);
    text += suggestion(seen);
  }
  if (text.empty()) {
    text =
        "Nothing was counted yet. Set a limit in a dry run_limit_suggest, and ask again after a "
        "day or more:\n"
        "  StockadeLimit all 50/s burst=200 dry\n";
  }
  return write_stdout(text).map([] { return int{kClean}; });
}

constexpr Example kLimitSuggestExamples[] = {
    {"sudo stockade limit suggest", "directives for what was seen, ready to paste"}};

}  // namespace

const Command kLimitSuggest{
    "limit suggest",
    "propose limits from what was seen",
    "Prints StockadeLimit directives, and from how much evidence. The rate stays as it is set: the "
    "table tells how large a burst was needed under it, not what a slower rate would have met.",
    kLimitSuggestExamples,
    kLimitSuggestOptions,
    {},
    run_suggest};

}  // namespace stockade::cli
