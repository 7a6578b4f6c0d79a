// mod_evasive's configuration as Stockade's own words.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace stockade::cli {
namespace {

struct Found {
  std::map<std::string, std::string, std::less<>> values;  // by name in lower case: the last one
  std::vector<std::string> networks, exempt, targets, traps;
  std::vector<std::string> unknown;
};

std::string lower(std::string_view text) {
  std::string copy(text);
  std::transform(copy.begin(), copy.end(), copy.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  });
  return copy;
}

std::string unquoted(std::string_view word) {
  if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'') &&
      word.back() == word.front()) {
    word = word.substr(1, word.size() - 2);
  }
  return std::string(word);
}

constexpr std::array<std::string_view, 11> kSingle = {
    "dosenabled",     "doshashtablesize", "dospagecount",      "dospageinterval",
    "dossitecount",   "dossiteinterval",  "dosblockingperiod", "doshttpstatus",
    "dosemailnotify", "doslogdir",        "dossystemcommand"};

void take(Found& found, std::string_view line) {
  line = trim(line);
  const std::string name = lower(line.substr(0, line.find_first_of(" \t")));
  if (!name.starts_with("dos")) return;
  const std::string_view rest = trim(line.substr(name.size()));
  const auto add_all = [&](std::vector<std::string>& list) {
    for (std::string_view word : split_words(rest)) list.push_back(unquoted(word));
  };
  if (name == "doswhitelist") return add_all(found.networks);
  if (name == "doswhitelisturi") return add_all(found.exempt);
  if (name == "dostargetlisturi") return add_all(found.targets);
  if (name == "dosblocklisturi") return add_all(found.traps);
  if (std::find(kSingle.begin(), kSingle.end(), name) != kSingle.end()) {
    found.values[name] = unquoted(rest);
  } else {
    found.unknown.emplace_back(line);
  }
}

std::string value(const Found& found, std::string_view name, const char* otherwise) {
  const auto at = found.values.find(name);
  return at == found.values.end() ? otherwise : at->second;
}

// "192.0.2.*" as "192.0.2.0/24"; anything else as it is.
std::string as_cidr(std::string word) {
  unsigned length = 32;
  while (word.ends_with(".*")) {
    word.resize(word.size() - 2);
    length -= 8;
  }
  if (length == 32) return word;
  for (unsigned bits = length; bits < 32; bits += 8) word += ".0";
  return fmt::format("{}/{}", word, length);
}

std::string limit_line(std::string_view name, const std::string& count, const std::string& interval,
                       const std::string& period) {
  const std::string rate = interval == "1" ? count + "/s" : fmt::format("{}/{}s", count, interval);
  return fmt::format("StockadeLimit {} {} burst={} ban={} alone\n", name, rate, count, period);
}

std::string native(const Found& found) {
  std::string text = "# From a configuration of mod_evasive.\n";
  const std::string enabled = lower(value(found, "dosenabled", "on"));
  if (enabled == "off" || enabled == "false") text += "StockadeEnable off\n";
  const std::string period = value(found, "dosblockingperiod", "10");
  text += limit_line("page", value(found, "dospagecount", "2"),
                     value(found, "dospageinterval", "1"), period);
  text += limit_line("all", value(found, "dossitecount", "50"),
                     value(found, "dossiteinterval", "1"), period);
  if (found.values.contains("doshttpstatus")) {
    text += fmt::format("StockadeStatus {}\n", value(found, "doshttpstatus", "429"));
  }
  for (const auto& word : found.networks) text += fmt::format("StockadeAllow {}\n", as_cidr(word));
  for (const auto& word : found.exempt) text += fmt::format("StockadeExempt \"~{}\"\n", word);
  for (const auto& word : found.traps) text += fmt::format("StockadeTrap \"~{}\"\n", word);
  return text;
}

std::string differences(const Found& found) {
  std::string text =
      "\n# What behaves differently:\n"
      "# - the limits hold for the whole server; mod_evasive's held for each process, so up to as\n"
      "#   many times the number got through as there were processes: raise it if that was needed\n"
      "# - a rate is a rate: a steady client below it is never turned away, whereas mod_evasive\n"
      "#   counted on until a client paused\n"
      "# - the first request beyond a limit is answered 429 with Retry-After (403 before; "
      "StockadeStatus 403 keeps it)\n"
      "# - a ban ends when it said, whoever goes on asking meanwhile; it is reached by who goes "
      "on\n"
      "#   far above the limit, not by the first request beyond it\n"
      "# - a banned client's connections are closed before they are read (StockadeRefuse request "
      "answers them)\n"
      "# - an IPv6 client is its /64; the client is who mod_remoteip says\n";
  if (found.values.contains("doshashtablesize")) {
    text += "# - DOSHashTableSize is not needed: one table of fixed size (StockadeTableSize 16M)\n";
  }
  for (std::string_view name : {"dosemailnotify", "doslogdir", "dossystemcommand"}) {
    if (!found.values.contains(name)) continue;
    text += fmt::format("# - not carried over: {} {}: httpd sends no mail and runs no command\n",
                        name, value(found, name, ""));
  }
  for (const auto& word : found.targets) {
    text += fmt::format(
        "# - DOSTargetlistUri {0}: write StockadeClass target \"~{0}\" and limit that class\n",
        word);
  }
  for (const auto& line : found.unknown) text += fmt::format("# - not known, left out: {}\n", line);
  return text;
}

Result<int> run_evasive_import(const Arguments& arguments) {
  const std::string file = arguments.word(0);
  const auto text = read_input(file, "the configuration of mod_evasive");
  if (!text) return tl::make_unexpected(text.error());
  Found found;
  for (std::string_view line : split(*text, '\n')) take(found, line);
  if (found.values.empty() && found.networks.empty() && found.unknown.empty()) {
    return fail({"import", file,
                 "no directive of mod_evasive stands there (their names begin with DOS)",
                 "name the file that holds them, such as mods-available/evasive.conf"});
  }
  const bool complete = found.unknown.empty() && found.targets.empty();
  return write_stdout(native(found) + differences(found)).map([&] {
    return complete ? int{kClean} : int{kIncomplete};
  });
}

constexpr Example kEvasiveImportExamples[] = {
    {"stockade evasive import /etc/apache2/mods-available/evasive.conf",
     "the same limits in Stockade's words, and what differs"},
};

}  // namespace

const Command kEvasiveImport{
    "evasive import",
    "a configuration of mod_evasive in Stockade's own words",
    "Prints what to write instead, and as remarks what behaves differently. mod_stockade reads "
    "mod_evasive's directives as they are, too: importing them is for going on from there.",
    kEvasiveImportExamples,
    {},
    {"FILE", "mod_evasive's configuration, or - for stdin"},
    run_evasive_import};

}  // namespace stockade::cli
