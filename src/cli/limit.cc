#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "cli/limit_table.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace stockade::cli {
namespace {

constexpr Option kStatusOptions[] = {
    kTableOption,
    {"--format", "FORMAT", "how to show it (default: text)", Option::Takes::one, text_or_json},
};
constexpr Option kTopOptions[] = {kTableOption};
constexpr Option kWatchOptions[] = {
    kTableOption,
    {"--count", "N", "stop after N seconds (default: until Ctrl-C)"},
};

struct ClassRow {
  uint8_t index = 0;
  std::string name;
  limit::Totals totals;
};

std::vector<ClassRow> class_rows(const limit::Region& region) {
  std::vector<ClassRow> rows;
  for (uint8_t i = 0; i < limit::kMaxRules; ++i) {
    const limit::RuleInfo& info = region.header().rules[i];
    const limit::Totals totals = limit::totals_of(region.header(), i);
    const bool is_used = info.cost.load() != 0 || totals.passed + totals.denied != 0;
    if (is_used) rows.push_back({i, class_name(region, i), totals});
  }
  return rows;
}

// "10 in 1 s, burst 20", from what a request costs.
std::string rate_of(const limit::Region& region, uint8_t index) {
  const limit::RuleInfo& info = region.header().rules[index % limit::kMaxRules];
  const uint64_t cost = info.cost.load();
  const uint64_t depth = info.depth.load();
  if (cost == 0) return "no limit";
  if (depth < cost) return "nobody passes";
  const double per_second = double{limit::kTicksPerSecond} / static_cast<double>(cost);
  const uint64_t burst = depth / cost;
  if (per_second >= 1) return fmt::format("{:.4g}/s burst {}", per_second, burst);
  if (per_second * 60 >= 1) return fmt::format("{:.4g}/min burst {}", per_second * 60, burst);
  return fmt::format("{:.4g}/h burst {}", per_second * 3600, burst);
}

std::string status_json(const limit::Region& region) {
  std::string text = fmt::format(
      "{{\"schema\":\"stockade/limit/1\",\"capacity\":{},\"owing\":{},\"bans\":{},",
      region.counters().capacity(), region.counters().owing(region.now()), all_bans(region).size());
  text += fmt::format("\"age_seconds\":{},\"helper\":\"{}\",\"classes\":{{", region.seconds(),
                      to_string(limit::health_of(region.header().helper, region.seconds())));
  const char* comma = "";
  for (const ClassRow& row : class_rows(region)) {
    text += fmt::format(
        "{}\"{}\":{{\"passed\":{},\"denied\":{},\"would_deny\":{},\"overflow\":{}}}", comma,
        row.name, row.totals.passed, row.totals.denied, row.totals.would_deny, row.totals.overflow);
    comma = ",";
  }
  return text + "}}\n";
}

std::string status_text(const limit::Region& region) {
  const uint64_t owing = region.counters().owing(region.now());
  std::string text = fmt::format(
      "{} clients owe something now, room for {}; {} banned; the table is {} old.\n", owing,
      region.counters().capacity(), all_bans(region).size(), duration(region.seconds()));
  const limit::HelperState& helper = region.header().helper;
  const auto health = limit::health_of(helper, region.seconds());
  if (health == limit::HelperHealth::none) {
    text += "No stockade-ban: bans are kept by httpd alone.\n\n";
  } else {
    text += fmt::format("stockade-ban is {}: {} bans in the firewall, {} spared, {} not taken.\n\n",
                        to_string(health), helper.in_force.load(), helper.spared.load(),
                        helper.failed.load());
  }
  text += fmt::format("{:<16} {:<22} {:>12} {:>12} {:>12}\n", "class", "limit", "passed", "denied",
                      "dry run");
  for (const ClassRow& row : class_rows(region)) {
    text +=
        fmt::format("{:<16} {:<22} {:>12} {:>12} {:>12}\n", row.name, rate_of(region, row.index),
                    row.totals.passed, row.totals.denied, row.totals.would_deny);
  }
  return text;
}

Result<int> run_status(const Arguments& arguments) {
  const auto region = open_table(arguments, false);
  if (!region) return tl::make_unexpected(region.error());
  return write_stdout(arguments.value("--format") == "json" ? status_json(*region)
                                                            : status_text(*region))
      .map([] { return int{kClean}; });
}

struct Heavy {
  limit::Network network;
  limit::Event last;
  uint64_t changes = 0;
  uint64_t owed = 0;  // requests of the class that was exceeded last
  bool banned = false;
};

uint64_t owed_by(const limit::Region& region, const limit::Event& event) {
  const limit::RuleInfo& info = region.header().rules[event.rule % limit::kMaxRules];
  const limit::Rate rate{info.cost.load(), info.depth.load()};
  if (rate.cost == 0) return 0;
  limit::Rule rule;
  rule.index = event.rule;
  const limit::KeySecret secret(region.header().hash_key);
  const auto decision = region.counters().look(
      limit::key_of(secret, event.network, limit::Limiter::scope_of(rule, false)), rate,
      region.now());
  const limit::Ticks now = region.now();
  const limit::Ticks free_at = decision.pass ? decision.free_at - rate.cost : decision.free_at;
  return free_at > now ? (free_at - now + rate.cost - 1) / rate.cost : 0;
}

// The table keeps no addresses of those who stay within their limits: these are the others.
std::vector<Heavy> heavy_clients(const limit::Region& region) {
  std::map<std::string, Heavy> by_network;
  for (const limit::Event& event : all_events(region)) {
    if (event.kind != limit::EventKind::limited && event.kind != limit::EventKind::banned) continue;
    Heavy& heavy = by_network[to_text(event.network)];
    heavy.network = event.network;
    heavy.last = event;
    ++heavy.changes;
  }
  std::vector<Heavy> all;
  for (auto& [name, heavy] : by_network) {
    limit::Ban ban;
    heavy.banned = region.bans().find(heavy.network, region.seconds(), ban);
    heavy.owed = owed_by(region, heavy.last);
    all.push_back(heavy);
  }
  std::stable_sort(all.begin(), all.end(), [](const Heavy& a, const Heavy& b) {
    return std::tuple(a.banned, a.owed, a.last.at) > std::tuple(b.banned, b.owed, b.last.at);
  });
  return all;
}

std::string top_text(const limit::Region& region, size_t most) {
  const auto all = heavy_clients(region);
  if (all.empty()) return "No client came over a limit lately.\n";
  std::string text = fmt::format("{:<28} {:<12} {:>8} {:>8} {:>10}  {}\n", "client", "class",
                                 "owes", "changes", "last", "now");
  for (size_t i = 0; i < all.size() && i < most; ++i) {
    const Heavy& heavy = all[i];
    const uint64_t now = region.seconds();
    const uint64_t ago = heavy.last.at < now ? now - heavy.last.at : 0;
    text += fmt::format("{:<28} {:<12} {:>8} {:>8} {:>10}  {}\n", to_text(heavy.network),
                        class_name(region, heavy.last.rule), heavy.owed, heavy.changes,
                        duration(ago) + " ago",
                        heavy.banned ? "banned" : (heavy.owed > 0 ? "owes" : "quiet"));
  }
  return text;
}

Result<int> run_top(const Arguments& arguments) {
  const auto region = open_table(arguments, false);
  if (!region) return tl::make_unexpected(region.error());
  return write_stdout(top_text(*region, 50)).map([] { return int{kClean}; });
}

// The last half minute of one class, one column a second.
class Trace {
 public:
  void add(const limit::Totals& totals) {
    if (seen_) {
      passed_ = totals.passed - before_.passed;
      denied_ = totals.denied + totals.would_deny - before_.denied - before_.would_deny;
      history_.push_back(denied_);
      if (history_.size() > kColumns) history_.erase(history_.begin());
    }
    before_ = totals;
    seen_ = true;
  }
  uint64_t passed() const { return passed_; }
  uint64_t denied() const { return denied_; }
  std::string line(bool unicode) const {
    static constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr const char* kMarks[] = {".", ".", ":", ":", "+", "+", "#", "#"};
    const uint64_t most =
        history_.empty() ? 0 : *std::max_element(history_.begin(), history_.end());
    std::string text;
    for (const uint64_t value : history_) {
      if (value == 0) {
        text += ' ';
        continue;
      }
      const uint64_t height = (value * 8 - 1) / most;
      text += unicode ? kBlocks[height] : kMarks[height];
    }
    return text;
  }

 private:
  static constexpr size_t kColumns = 30;
  limit::Totals before_;
  bool seen_ = false;
  uint64_t passed_ = 0;
  uint64_t denied_ = 0;
  std::vector<uint64_t> history_;
};

std::string frame(const limit::Region& region, std::map<uint8_t, Trace>& traces,
                  const Terminal& terminal) {
  std::string text =
      fmt::format("Stockade   {} clients owe something   {} banned   (Ctrl-C ends)\n\n",
                  region.counters().owing(region.now()), all_bans(region).size());
  text += fmt::format("{:<16} {:<22} {:>8} {:>8}  {}\n", "class", "limit", "passed/s", "denied/s",
                      "denied, last half minute");
  for (const ClassRow& row : class_rows(region)) {
    Trace& trace = traces[row.index];
    trace.add(row.totals);
    const bool is_red = terminal.colour && trace.denied() > 0;
    text += fmt::format("{:<16} {:<22} {:>8} {}{:>8}  {}{}\n", row.name, rate_of(region, row.index),
                        trace.passed(), is_red ? "\x1b[31m" : "", trace.denied(),
                        trace.line(terminal.unicode), is_red ? "\x1b[0m" : "");
  }
  return text + "\n" + top_text(region, 12);
}

Result<int> run_watch(const Arguments& arguments) {
  const std::string wish = arguments.value("--count");
  unsigned long count = 0;
  if (arguments.has("--count")) {
    const bool good = !wish.empty() && wish.size() < 8 &&
                      wish.find_first_not_of("0123456789") == std::string::npos;
    if (good) count = std::stoul(wish);
    if (count == 0) return usage_error("limit watch", "--count wants a number of seconds");
  }
  const bool on_terminal = isatty(STDOUT_FILENO) == 1;
  const Terminal looks = terminal("auto", 0);
  std::map<uint8_t, Trace> traces;
  for (unsigned long i = 0; count == 0 || i <= count; ++i) {
    // Opened anew: httpd may have made another table meanwhile.
    const auto region = open_table(arguments, false);
    if (!region) return tl::make_unexpected(region.error());
    std::string text = frame(*region, traces, looks);
    if (i > 0) {
      if (on_terminal) text = "\x1b[H\x1b[J" + text;
      if (auto written = write_stdout(text); !written) return tl::make_unexpected(written.error());
    }
    if (count == 0 || i < count) sleep(1);
  }
  return kClean;
}

constexpr Example kStatusExamples[] = {
    {"sudo stockade limit status", "what passed and what was denied, by class"}};
constexpr Example kTopExamples[] = {
    {"sudo stockade limit top", "who came over a limit lately, and what they owe"}};
constexpr Example kWatchExamples[] = {{"sudo stockade limit watch", "both, once a second"}};

}  // namespace

const Command kLimitStatus{"limit status",
                           "what mod_stockade let through and denied",
                           "Reads the table that httpd's processes share; httpd is not asked.",
                           kStatusExamples,
                           kStatusOptions,
                           {},
                           run_status};
const Command kLimitTop{"limit top",
                        "the clients that came over a limit lately",
                        "The table keeps no addresses of clients that stay within their limits: "
                        "these are the others, the banned ones first, then who owes most. What is "
                        "owed is known for limits of the whole server.",
                        kTopExamples,
                        kTopOptions,
                        {},
                        run_top};
const Command kLimitWatch{"limit watch",
                          "a live view of what is denied, and to whom",
                          "",
                          kWatchExamples,
                          kWatchOptions,
                          {},
                          run_watch};

}  // namespace stockade::cli
