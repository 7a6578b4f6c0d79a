#include "stockade_ban/options.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <string_view>

#include "limit/network_text.h"

namespace stockade::ban_helper {

namespace {

constexpr char kHelp[] =
    R"(Usage: stockade-ban [--table FILE] [--allow NETWORK]... [--ports LIST] [--dry-run] [--once]

Hands the bans of mod_stockade to the firewall: into nftables sets with timeouts, in the table
"inet stockade" and nowhere else. Started by root; keeps the capability CAP_NET_ADMIN alone.

  --table FILE     the table that httpd's processes share (default: /run/apache2/stockade.table)
  --allow NETWORK  never ban it, besides those of StockadeAllow, trusted proxies, this machine's own
                   addresses and those that somebody is logged in from
  --ports LIST     ports that a ban closes: 80,443 (default), or all
  --dry-run        say what would be done, and do nothing
  --once           stop after one pass over the bans
  --help, --version
)";

// "80,443,8000-8010" as nft writes it; false: it is none.
bool read_ports(std::string_view word, std::string& ports) {
  ports.clear();
  if (word == "all") return true;
  while (!word.empty()) {
    const size_t comma = word.find(',');
    std::string_view item = word.substr(0, comma);
    word = comma == std::string_view::npos ? std::string_view() : word.substr(comma + 1);
    if (comma != std::string_view::npos && word.empty()) return false;
    unsigned last = 0;
    std::string text;
    for (const bool second : {false, true}) {
      const size_t dash = item.find('-');
      const std::string_view digits = item.substr(0, dash);
      unsigned port = 0;
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return false;
      if (port <= last || port > 65535 || (second && dash != std::string_view::npos)) return false;
      text += fmt::format("{}{}", second ? "-" : "", port);
      last = port;
      if (dash == std::string_view::npos) break;
      item = item.substr(dash + 1);
    }
    ports += (ports.empty() ? "" : ", ") + text;
  }
  return !ports.empty();
}

}  // namespace

std::string read_options(int argc, char** argv, Options& options, std::string& text) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help") text = kHelp;
    if (word == "--version") text = "stockade-ban " STOCKADE_VERSION "\n";
    if (!text.empty()) return "";
    if (word == "--dry-run" || word == "--once") {
      (word == "--once" ? options.once : options.dry_run) = true;
      continue;
    }
    if (word != "--table" && word != "--allow" && word != "--ports") {
      return fmt::format("unknown word \"{}\": see --help", word);
    }
    if (++i == argc) return fmt::format("{} wants a value: see --help", word);
    if (word == "--table") options.table = argv[i];
    if (word == "--ports" && !read_ports(argv[i], options.ports)) {
      return fmt::format("--ports cannot be \"{}\": accepted are ports, 80,443,8000-8010, or all",
                         argv[i]);
    }
    limit::AddressRange range;
    if (word == "--allow" && !limit::parse_range(argv[i], range)) {
      return fmt::format(
          "\"{}\" is no network: accepted are 192.0.2.1, 192.0.2.0/24, 2001:db8::/32", argv[i]);
    }
    if (word == "--allow") options.allow.push_back(range);
  }
  return "";
}

}  // namespace stockade::ban_helper
