// What a rule is. One file a rule: src/rules/<family>/<rule>.cc defines
//
//   extern const Rule kServerTokensVerbose{...};   // the file is server_tokens_verbose.cc
//
// and the build finds it there: nothing else is touched. See CONTRIBUTING.md.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "host/snapshot.h"

namespace stockade::rules {

class Reporter;

struct Rule {
  std::string_view id;  // kebab-case, names what is wrong: "server-tokens-verbose"
  Severity severity = Severity::medium;
  Certainty certainty = Certainty::configuration;
  std::string_view title;  // one line, for tables: "The server names its version to everybody"
  std::vector<std::string_view> references;  // "CIS 8.1", "STIG AS24-U1-000620", "CWE-200"
  std::string_view profile = "default";      // "cis": only with --profile cis
  // Markdown: ## What it finds / ## Why it matters / ## When to ignore it / ## How to fix it,
  // and the fenced examples `apache bad`, `apache good`, `apache fixed`.
  std::string_view page;
  // Looks at the snapshot, reports; touches nothing else. Fixes are attached where a finding is
  // made.
  void (*check)(const Snapshot&, Reporter&) = nullptr;
  std::string_view family = "";  // filled from the folder by the generated table
};

// Every rule, sorted by family and id: generated from the folder listing.
std::vector<Rule> all_rules();
const Rule* find_rule(std::string_view id);

}  // namespace stockade::rules
