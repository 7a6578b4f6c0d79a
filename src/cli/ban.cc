#include <fmt/format.h>

#include "cli/limit_table.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace stockade::cli {
namespace {

constexpr Option kFormat{"--format", "FORMAT", "how to show it (default: text)", Option::Takes::one,
                         text_or_json};

constexpr Option kListOptions[] = {kTableOption, kFormat};
constexpr Option kAddOptions[] = {
    kTableOption,
    {"--for", "SECONDS", "how long (default: a minute the first time, longer each time)"},
    {"--dry-run", "", "say what would be done, and do nothing"},
};
constexpr Option kRemoveOptions[] = {kTableOption,
                                     {"--dry-run", "", "say what would be done, and do nothing"}};
constexpr Option kWhyOptions[] = {kTableOption};

Result<int> run_list(const Arguments& arguments) {
  const auto region = open_table(arguments, false);
  if (!region) return tl::make_unexpected(region.error());
  const bool json = arguments.value("--format") == "json";
  const limit::Seconds now = region->seconds();
  std::string text = json ? "{\"schema\":\"stockade/bans/1\",\"bans\":[" : "";
  const char* comma = "";
  for (const limit::Ban& ban : all_bans(*region)) {
    if (json) {
      text +=
          fmt::format("{}{{\"network\":\"{}\",\"reason\":\"{}\",\"level\":{},\"seconds_left\":{}}}",
                      comma, to_text(ban.network), to_text(ban.reason), ban.level, ban.until - now);
      comma = ",";
    } else {
      text += fmt::format("{:<28} {:<8} level {}  {} left\n", to_text(ban.network),
                          to_text(ban.reason), ban.level, duration(ban.until - now));
    }
  }
  if (json) text += "]}\n";
  if (text.empty()) text = "Nobody is banned.\n";
  return write_stdout(text).map([] { return int{kClean}; });
}

Result<uint64_t> seconds_of(const Arguments& arguments) {
  const std::string text = arguments.value("--for");
  if (!arguments.has("--for")) return 0;
  constexpr uint64_t kMost = 86400 * 30;
  uint64_t seconds = 0;
  bool good = !text.empty();
  for (const char digit : text) {
    good = good && digit >= '0' && digit <= '9' && seconds <= kMost;
    if (good) seconds = seconds * 10 + static_cast<uint64_t>(digit - '0');
  }
  if (good && seconds > 0 && seconds <= kMost) return seconds;
  return usage_error("ban add", fmt::format("--for cannot be \"{}\"", text),
                     "write seconds, from 1 to 2592000 (30 days)");
}

Result<int> run_add(const Arguments& arguments) {
  const auto network = parse_network(arguments.word(0));
  if (!network) return tl::make_unexpected(network.error());
  const auto seconds = seconds_of(arguments);
  if (!seconds) return tl::make_unexpected(seconds.error());
  const auto region = open_table(arguments, true);
  if (!region) return tl::make_unexpected(region.error());
  const std::string name = to_text(*network);
  if (arguments.has("--dry-run")) {
    return write_stdout(fmt::format("Would ban {}.\n", name)).map([] { return int{kClean}; });
  }
  limit::Ban ban;
  limit::Limiter limiter(*region, {});
  const auto added = limiter.ban(*network, limit::BanReason::manual, *seconds, region->now(), ban);
  if (added == limit::BanTable::Added::full) {
    return fail({"ban", name, "the table of bans is full, and all others last longer",
                 "remove some: stockade ban list"});
  }
  const std::string left = duration(ban.until - region->seconds());
  return write_stdout(added == limit::BanTable::Added::already
                          ? fmt::format("{} is banned already, for {} more.\n", name, left)
                          : fmt::format("{} is banned for {}. To undo: stockade ban remove {}\n",
                                        name, left, name))
      .map([] { return int{kClean}; });
}

Result<int> run_remove(const Arguments& arguments) {
  const auto network = parse_network(arguments.word(0));
  if (!network) return tl::make_unexpected(network.error());
  const auto region = open_table(arguments, true);
  if (!region) return tl::make_unexpected(region.error());
  const std::string name = to_text(*network);
  if (arguments.has("--dry-run")) {
    return write_stdout(fmt::format("Would lift the ban of {}.\n", name)).map([] {
      return int{kClean};
    });
  }
  limit::Ban ban;
  const bool banned = region->bans().find(*network, region->seconds(), ban);
  const uint64_t left = banned ? ban.until - region->seconds() : 0;
  limit::Limiter(*region, {}).unban(*network, region->now());
  return write_stdout(banned ? fmt::format("The ban of {0} is lifted; it had {1} to go. To undo: "
                                           "stockade ban add {0} --for {2}\n",
                                           name, duration(left), left)
                             : fmt::format("{} was not banned.\n", name))
      .map([] { return int{kClean}; });
}

// What holds `network`: its own ban or that of a network around it.
std::string bans_around(const limit::Region& region, limit::Network network) {
  std::string text;
  const auto look = [&](const auto& levels) {
    for (const limit::Level& level : levels) {
      if (level.length > network.length) continue;
      limit::Network around = network;
      around.length = level.length;
      const unsigned bits = network.ipv4 ? 32 : 64;
      const uint64_t hosts = (uint64_t{1} << (bits - level.length)) - 1;
      around.bits &= ~hosts;
      limit::Ban ban;
      if (!region.bans().find(around, region.seconds(), ban)) continue;
      text += fmt::format("{} is banned ({}, level {}) for {} more.\n", to_text(around),
                          to_text(ban.reason), ban.level, duration(ban.until - region.seconds()));
    }
  };
  if (network.ipv4) {
    look(limit::kIpv4Levels);
  } else {
    look(limit::kIpv6Levels);
  }
  return text.empty() ? fmt::format("{} is not banned.\n", to_text(network)) : text;
}

Result<int> run_why(const Arguments& arguments) {
  const auto network = parse_network(arguments.word(0));
  if (!network) return tl::make_unexpected(network.error());
  const auto region = open_table(arguments, false);
  if (!region) return tl::make_unexpected(region.error());
  std::string text = bans_around(*region, *network);
  const limit::Seconds now = region->seconds();
  for (const limit::Event& event : all_events(*region)) {
    if (event.network != *network) continue;
    const uint64_t ago = event.at < now ? now - event.at : 0;
    const bool by_hand = event.reason == limit::BanReason::manual;
    text += fmt::format("  {:>8} ago: {} ({})\n", duration(ago), to_text(event.kind),
                        by_hand ? "by an administrator" : class_name(*region, event.rule));
  }
  return write_stdout(text).map([] { return int{kClean}; });
}

constexpr Example kListExamples[] = {{"sudo stockade ban list", "who is banned, and for how long"}};
constexpr Example kAddExamples[] = {
    {"sudo stockade ban add 192.0.2.1", "for a minute; longer if it was banned before"},
    {"sudo stockade ban add 2001:db8:1::/48 --for 3600", "a site, for an hour"},
};
constexpr Example kRemoveExamples[] = {{"sudo stockade ban remove 192.0.2.1", "lift a ban"}};
constexpr Example kWhyExamples[] = {{"sudo stockade ban why 192.0.2.1", "what it did, and when"}};

}  // namespace

const Command kBanList{"ban list",
                       "who is banned by mod_stockade",
                       "Reads the table that httpd's processes share; httpd is not asked.",
                       kListExamples,
                       kListOptions,
                       {},
                       run_list};
const Command kBanAdd{"ban add",
                      "ban a client or a network",
                      "httpd obeys at once: the ban is written into the table that its processes "
                      "share. Networks of StockadeAllow are never turned away, banned or not.",
                      kAddExamples,
                      kAddOptions,
                      {"NETWORK", "192.0.2.1, 192.0.2.0/24, 2001:db8::1 (its /64), a /56 or /48"},
                      run_add};
const Command kBanRemove{"ban remove",    "lift a ban",   "",
                         kRemoveExamples, kRemoveOptions, {"NETWORK", "as ban list shows it"},
                         run_remove};
const Command kBanWhy{"ban why",
                      "why a client is banned",
                      "Shows its ban, and what the table remembers of it: the last thousand or so "
                      "changes of state, of all clients.",
                      kWhyExamples,
                      kWhyOptions,
                      {"NETWORK", "a client"},
                      run_why};

}  // namespace stockade::cli
