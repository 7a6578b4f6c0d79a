#include "stockade_ban/firewall.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <nftables/libnftables.h>

#include <array>
#include <iterator>
#include <vector>

#include "limit/network_text.h"

namespace stockade::ban_helper {

namespace {

constexpr char kComment[] = "bans of mod_stockade, by stockade-ban";
// A transaction travels to the kernel in one piece.
constexpr size_t kInOne = 16'384;

// One set for each length of prefix: hash tables, where an interval set would be searched as a tree
// and, in libnftables, read back before each change.
struct Set {
  const char* name;
  uint8_t length;
  bool ipv4;
  const char* match;
};
constexpr Set kSets[] = {
    {"v4_32", 32, true, "ip saddr"},
    {"v4_24", 24, true, "ip saddr & 255.255.255.0"},
    {"v6_64", 64, false, "ip6 saddr & ffff:ffff:ffff:ffff::"},
    {"v6_56", 56, false, "ip6 saddr & ffff:ffff:ffff:ff00::"},
    {"v6_48", 48, false, "ip6 saddr & ffff:ffff:ffff::"},
};

const Set& set_of(limit::Network network) {
  for (const Set& set : kSets) {
    if (set.ipv4 == network.ipv4 && set.length == network.length) return set;
  }
  return kSets[0];
}

void append_address(fmt::memory_buffer& out, limit::Network network) {
  char text[limit::kNetworkText];
  const std::string_view all = limit::to_text(network, text);
  out.append(all.substr(0, all.find('/')));
}

std::string table_text(const std::string& ports) {
  std::string sets;
  std::string rules;
  for (const Set& set : kSets) {
    sets += fmt::format("  set {} {{ type {}; size {}; flags timeout; }}\n", set.name,
                        set.ipv4 ? "ipv4_addr" : "ipv6_addr", kMaxInSet);
    rules += fmt::format("    {} @{} drop\n", set.match, set.name);
  }
  const std::string scope = ports.empty()
                                ? ""
                                : fmt::format(
                                      "    meta l4proto {{ tcp, udp }} th dport != {{ {} }} "
                                      "accept\n    meta l4proto != {{ tcp, udp }} accept\n",
                                      ports);
  // Added first, so that deleting it cannot fail: all of it is one transaction.
  return fmt::format(
      "add table inet stockade\ndelete table inet stockade\n"
      "table inet stockade {{\n  comment \"{}\"\n{}"
      "  chain refuse {{\n    type filter hook prerouting priority -300; policy accept;\n"
      "    iif \"lo\" accept\n{}{}  }}\n}}\n",
      kComment, sets, scope, rules);
}

}  // namespace

Firewall::Firewall(std::string ports)
    : context_(nft_ctx_new(NFT_CTX_DEFAULT)), ports_(std::move(ports)) {
  if (context_ == nullptr) return;
  nft_ctx_buffer_output(context_);
  nft_ctx_buffer_error(context_);
}

Firewall::~Firewall() {
  if (context_ != nullptr) nft_ctx_free(context_);
}

bool Firewall::run(const std::string& commands) {
  if (context_ == nullptr) {
    error_ = "libnftables cannot be used";
    return false;
  }
  const int failed = nft_run_cmd_from_buffer(context_, commands.c_str());
  if (failed == 0) return true;
  error_ = nft_ctx_get_error_buffer(context_);
  error_ = error_.substr(0, error_.find('\n'));
  if (error_.empty()) error_ = "nftables refused, and does not say why";
  return false;
}

std::string Firewall::install() {
  if (!run("list tables inet")) return error_;
  const std::string tables = nft_ctx_get_output_buffer(context_);
  if (tables.find("table inet stockade\n") != std::string::npos) {
    nft_ctx_output_set_flags(context_, NFT_CTX_OUTPUT_TERSE);
    const bool listed = run("list table inet stockade");
    const std::string table = listed ? nft_ctx_get_output_buffer(context_) : "";
    nft_ctx_output_set_flags(context_, 0);
    if (!listed) return error_;
    if (table.find(kComment) == std::string::npos) {
      return "the table \"inet stockade\" was made by somebody else and is left alone: rename it";
    }
  }
  return run(table_text(ports_)) ? "" : error_;
}

size_t Firewall::apply(std::span<const Change> changes) {
  if (changes.empty()) return 0;
  if (changes.size() > kInOne) {
    return apply(changes.first(kInOne)) + apply(changes.subspan(kInOne));
  }
  fmt::memory_buffer added[std::size(kSets)];
  fmt::memory_buffer gone[std::size(kSets)];
  for (const Change& change : changes) {
    const Set& set = set_of(change.network);
    const auto index = static_cast<size_t>(&set - kSets);
    fmt::memory_buffer& out = change.seconds > 0 ? added[index] : gone[index];
    append_address(out, change.network);
    if (change.seconds > 0) fmt::format_to(std::back_inserter(out), " timeout {}s", change.seconds);
    out.push_back(',');
  }
  std::string commands;
  for (size_t i = 0; i < std::size(kSets); ++i) {
    const auto command = [&](const char* verb, const fmt::memory_buffer& elements) {
      if (elements.size() == 0) return;
      commands += fmt::format("{} element inet stockade {} {{ ", verb, kSets[i].name);
      commands.append(elements.data(), elements.size() - 1);
      commands += " }\n";
    };
    // What is not there cannot be deleted, so it is added first: one transaction.
    command("add", gone[i]);
    command("delete", gone[i]);
    command("add", added[i]);
  }
  if (run(commands)) return 0;
  if (changes.size() == 1) return 1;
  // One bad change refuses all of its transaction: the others go by themselves.
  const size_t half = changes.size() / 2;
  const size_t failed = apply(changes.first(half));
  // Where not even the first half's half was taken, the firewall itself is the matter.
  if (failed == half && half > 16) return changes.size();
  return failed + apply(changes.subspan(half));
}

}  // namespace stockade::ban_helper
