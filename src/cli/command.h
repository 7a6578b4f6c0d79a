// What a subcommand is: one row that the parser, --help, the completions and the manual pages are
// all made from, so that none of them can forget an option.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade::cli {

// Exit codes. When several apply: usage, rolled_back, findings, incomplete.
enum ExitCode : int {
  kClean = 0,
  kFindings = 1,    // at or above --fail-on
  kUsage = 2,       // the command line, Stockade's own settings, or output that cannot be written
  kIncomplete = 3,  // something was not checked
};

using Words = std::vector<std::string_view>;
inline Words text_or_json() { return {"text", "json"}; }

struct Option {
  std::string_view name;                                        // "--root"
  std::string_view value;                                       // "DIR"; empty: a flag
  std::string_view help;                                        // one sentence without full stop
  enum class Takes : uint8_t { one, list } takes = Takes::one;  // list: repeated, or with commas
  Words (*choices)() = nullptr;                                 // accepted values; null: any
  std::string_view setting = "";     // its key in stockade.toml; empty: has none
  std::string_view short_name = "";  // "-D"
};

struct Argument {
  std::string_view name;  // "RULE"; empty: the command takes no argument
  std::string_view help;
  Words (*choices)() = nullptr;  // for suggestions and completion
  bool required = true;
  bool several = false;                              // more than one word: "config dump"
  bool (*accepts)(std::string_view word) = nullptr;  // beyond the choices; null: none
};

struct Example {
  std::string_view command;  // without the prompt
  std::string_view what;
};

struct Arguments {
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // by long name
  std::vector<std::string> words;

  bool has(std::string_view option) const { return options.contains(option); }
  // The last value given, or "".
  std::string value(std::string_view option) const;
  // All values, comma-separated ones apart.
  std::vector<std::string> list(std::string_view option) const;
  std::string word(size_t index) const { return index < words.size() ? words[index] : ""; }
};

struct Command {
  std::string_view name;   // "audit", "config dump"
  std::string_view title;  // one line, no full stop
  std::string_view text;   // a paragraph for help and manual; may be empty
  std::span<const Example> examples;
  std::span<const Option> options;
  Argument argument;
  // An Error is told on stderr and ends with kUsage; otherwise the exit code.
  Result<int> (*run)(const Arguments& arguments);
};

// One file a subcommand; the order of the list is the order of the help.
extern const Command kAudit, kSnapshot, kRules, kExplain, kMatrix, kDiff, kCoverage, kConfigDump,
    kConfigVhosts, kConfigIncludes, kConfigGrep, kBanList, kBanAdd, kBanRemove, kBanWhy, kLogsScan,
    kWatch, kIncidents, kLimitStatus, kLimitTop, kLimitWatch, kLimitSuggest, kEvasiveImport,
    kJailPlan, kJailUp, kJailDown, kJailStatus, kJailVerify, kJailReload, kJailRefresh, kJailSwap,
    kJailExplain, kJailUnit, kJailBuild, kJailDiff, kJailEnter, kJailRehearse, kJailRemove,
    kSettings, kCompletion, kManual, kVersion, kHelp;
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);
// The words that may stand first: "audit", "config" ...
Words first_words();
// The commands of a group: "config" -> config dump, config vhosts ...
std::vector<const Command*> commands_of(std::string_view group);

}  // namespace stockade::cli
